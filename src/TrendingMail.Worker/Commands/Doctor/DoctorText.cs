using TrendingMail.Diagnostics;

namespace TrendingMail.Worker.Commands.Doctor;

/// <summary>Formats what the checks found, for people.</summary>
internal static class DoctorText
{
    /// <summary>A paragraph for each group of checks, and a line that sums them up.</summary>
    public static IEnumerable<string> Format(IReadOnlyList<CheckResult> results)
    {
        foreach (var group in results.GroupBy(result => result.Check.Group))
        {
            yield return Title(group.Key);
            foreach (var line in group.SelectMany(Format))
            {
                yield return line;
            }

            yield return "";
        }

        var verdicts = results.SelectMany(result => result.Findings).ToLookup(finding => finding.Verdict);
        yield return string.Join(", ", Enum.GetValues<Verdict>().Where(verdict => verdicts[verdict].Any())
            .Select(verdict => $"{verdicts[verdict].Count()} {Label(verdict)}"));
    }

    private static IEnumerable<string> Format(CheckResult result)
    {
        foreach (var finding in result.Findings)
        {
            var subject = finding.Subject is null ? "" : $" {finding.Subject}:";
            yield return $"  {Label(finding.Verdict),-8}{result.Check.Name}:{subject} {finding.Text}";
            foreach (var line in finding.Evidence)
            {
                yield return $"          {line}";
            }

            if (finding.Remedy is { } remedy)
            {
                foreach (var line in $"Remedy: {remedy}".Split('\n'))
                {
                    yield return $"          {line}";
                }
            }
        }
    }

    private static string Label(Verdict verdict) => verdict switch
    {
        Verdict.Good => "good",
        Verdict.Warn => "warn",
        Verdict.Bad => "bad",
        _ => "unknown",
    };

    private static string Title(CheckGroup group) => group switch
    {
        CheckGroup.Installation => "Installation",
        CheckGroup.Identity => "Identity",
        CheckGroup.Dns => "DNS",
        CheckGroup.Smtp => "SMTP",
        CheckGroup.Digest => "The newest digest",
        _ => "Rules of large mailbox providers",
    };
}
