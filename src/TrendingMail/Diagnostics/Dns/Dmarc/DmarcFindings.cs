namespace TrendingMail.Diagnostics.Dns.Dmarc;

/// <summary>Judges the DMARC record that decides about mail from our domain (RFC 9989).</summary>
internal static class DmarcFindings
{
    private static readonly string[] Policies = ["none", "quarantine", "reject"];

    private static readonly string[] AlignmentModes = ["adkim", "aspf"];

    /// <summary>Judges the record that the walk from the domain of From found.</summary>
    /// <param name="misplaced">A sentence about a record at a wrong name, if there is one.</param>
    /// <param name="reportAddress">An address for reports to suggest.</param>
    public static IEnumerable<Finding> JudgePolicy(DmarcWalk walk, string? misplaced, string reportAddress)
    {
        var start = walk.Steps[0];
        if (start.Texts.Valid.Count > 1)
        {
            return [Several(start)];
        }

        if (walk.Policy is not { Record: { } record } step)
        {
            return
            [
                Finding.Bad(
                    $"{start.Texts.Absence} {(misplaced is null ? "" : $"{misplaced} ")}Gmail, Yahoo and Microsoft " +
                    "reject bulk mail from a domain without DMARC.",
                    $"Publish this record:\n{ZoneLine.Text($"_dmarc.{walk.Domain}", CreateRecord(reportAddress))}") with
                {
                    Evidence = start.Texts.LookAlikes,
                },
            ];
        }

        var name = $"_dmarc.{step.Domain}";
        return FindFault(record) is { } fault
            ? [Invalid(name, record, fault, reportAddress)]
            : JudgeStrength(
                name, WithReports(record, reportAddress), isInherited: step.Domain != walk.Domain, walk.Domain)
                .Select(finding => finding with { Evidence = [record.Text] });
    }

    /// <summary>The policy for the domain of From: that of a parent may be another one for subdomains.</summary>
    public static string? EffectivePolicy(DmarcWalk walk) => walk.Policy is { Record: { } record } step
        ? (step.Domain != walk.Domain ? record["sp"] : null) ?? record["p"]
        : null;

    /// <summary>A record that asks for reports too, so that one remedy does not undo another.</summary>
    public static TagList WithReports(TagList record, string reportAddress) =>
        string.IsNullOrEmpty(record["rua"]) ? TagList.Parse(record.With("rua", $"mailto:{reportAddress}")) : record;

    private static string CreateRecord(string reportAddress) => $"v=DMARC1; p=none; rua=mailto:{reportAddress}";

    private static Finding Several(DmarcStep step) => Finding.Bad(
        $"_dmarc.{step.Domain} has {step.Texts.Valid.Count} DMARC records, so that receivers ignore all of them.",
        $"Keep only this one:\n{ZoneLine.Text($"_dmarc.{step.Domain}", step.Texts.Valid[0])}") with
    {
        Evidence = step.Texts.Valid,
    };

    private static string? FindFault(TagList record) =>
        record.Errors is [var error, ..] ? $"has a syntax error at {error}"
        : record["p"] is not { } policy ? "has no policy (no p tag)"
        : !IsPolicy(policy) ? $"has the policy '{policy}', which does not exist"
        : record["sp"] is { } below && !IsPolicy(below) ? $"has the subdomain policy '{below}', which does not exist"
        : AlignmentModes.FirstOrDefault(tag =>
            record[tag] is { } mode && mode.ToLowerInvariant() is not ("r" or "s")) is { } tag
            ? $"has an alignment mode {tag}={record[tag]}, which does not exist"
        : null;

    private static Finding Invalid(string name, TagList record, string fault, string reportAddress)
    {
        var corrected = TagList.Parse(CreateRecord(reportAddress));
        foreach (var tag in (string[])["p", "sp", "rua", "ruf"])
        {
            if (record[tag] is { } value && (tag[^1] != 'p' || IsPolicy(value)))
            {
                corrected = TagList.Parse(corrected.With(tag, value));
            }
        }

        return Finding.Bad(
            $"The DMARC record {name} {fault}.",
            $"Publish this record instead:\n{ZoneLine.Text(name, corrected.Text)}") with
        {
            Evidence = [record.Text],
        };
    }

    private static IEnumerable<Finding> JudgeStrength(string name, TagList record, bool isInherited, string domain)
    {
        var (tag, policy) = isInherited && record["sp"] is { } below ? ("sp", below) : ("p", record["p"]!);
        string Replace(string text) => $"Publish this record instead:\n{ZoneLine.Text(name, text)}";

        if (policy.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            yield return Finding.Warn(
                $"The DMARC policy for {domain} is none ({name}, {tag}=none): anyone can still send mail in its name.",
                $"As soon as the reports show that all of your own mail passes, publish this record instead:\n" +
                ZoneLine.Text(name, record.With(tag, "quarantine")));
        }
        else if (record["t"] == "y")
        {
            yield return Finding.Warn(
                $"The DMARC record {name} is a test (t=y), so that its policy is not applied in full.",
                Replace(record.Without("t")));
        }
        else if (record["pct"] is { } percentage && percentage != "100")
        {
            yield return Finding.Warn(
                $"The DMARC record {name} applies its policy to {percentage}% of the mail, and receivers that follow " +
                "RFC 9989 ignore that tag.",
                Replace(record.Without("pct")));
        }
        else
        {
            yield return Finding.Good($"The DMARC policy for {domain} is {policy.ToLowerInvariant()} ({name}).");
        }
    }

    private static bool IsPolicy(string value) => Policies.Contains(value, StringComparer.OrdinalIgnoreCase);
}
