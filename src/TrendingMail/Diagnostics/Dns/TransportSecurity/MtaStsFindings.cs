using System.Text.RegularExpressions;

namespace TrendingMail.Diagnostics.Dns.TransportSecurity;

/// <summary>Judges MTA-STS of a domain that receives bounces and replies.</summary>
internal static partial class MtaStsFindings
{
    private const int ShortestUsefulAge = 86_400;

    /// <summary>Judges the record; null if it is valid, so that the policy counts.</summary>
    /// <param name="hosts">The hosts of the domain's MX records.</param>
    public static Finding? JudgeRecord(string domain, TextRecords texts, IReadOnlyList<string> hosts)
    {
        var name = $"_mta-sts.{domain}";
        var publish = ZoneLine.Text(name, "v=STSv1; id=1");
        if (texts.Valid.Count == 0)
        {
            return Finding.Warn(
                $"{texts.Absence} Without MTA-STS, bounces and replies, which contain addresses of subscribers, may " +
                "be sent to you unencrypted.",
                $"Publish this record:\n{publish}\nand this file at {MtaStsPolicyClient.Locate(domain)}:\n" +
                MtaStsPolicy.Format("testing", hosts)) with
            {
                Evidence = texts.LookAlikes,
            };
        }

        if (texts.Valid.Count > 1)
        {
            return Finding.Warn(
                $"{name} has {texts.Valid.Count} MTA-STS records, so that senders ignore all of them.",
                $"Keep only this one:\n{ZoneLine.Text(name, texts.Valid[0])}") with
            {
                Evidence = texts.Valid,
            };
        }

        var tags = TagList.Parse(texts.Valid[0]);
        var fault = tags.Errors is [var error, ..] ? $"has a syntax error at {error}"
            : tags["id"] is not { } id || !IdPattern().IsMatch(id)
                ? "has no id of up to 32 letters and digits"
            : null;
        return fault is null ? null : Finding.Warn(
            $"The MTA-STS record {name} {fault}, and senders ignore it.",
            $"Publish this record instead:\n{publish}") with
        {
            Evidence = [tags.Text],
        };
    }

    /// <summary>Judges the policy file.</summary>
    public static Finding JudgePolicy(string domain, FetchedPolicy fetched, IReadOnlyList<string> hosts)
    {
        var place = MtaStsPolicyClient.Locate(domain);
        string Serve(string mode) => $"Serve this file at {place} and change the id in the record " +
            $"_mta-sts.{domain}:\n{MtaStsPolicy.Format(mode, hosts)}";
        if (fetched.Text is not { } text)
        {
            return Finding.Warn($"{place} cannot be fetched: {fetched.Failure}.", Serve("testing"));
        }

        string[] evidence = [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Take(20)];
        if (MtaStsPolicy.TryParse(text, out var fault) is not { } policy)
        {
            return Finding.Warn($"{place} is not valid: it {fault}.", Serve("testing")).Citing(evidence);
        }

        if (policy.Mode != "none" && hosts.FirstOrDefault(host => !policy.Allows(host)) is { } excluded)
        {
            var omission = $"The MTA-STS policy of {domain} does not name {excluded}, which receives its mail";
            return (policy.Mode == "enforce"
                ? Finding.Bad($"{omission}: bounces and replies are lost.", Serve("enforce"))
                : Finding.Warn($"{omission}.", Serve(policy.Mode))).Citing(evidence);
        }

        return (policy switch
        {
            { Mode: "none" } => Finding.Good($"{domain} has switched MTA-STS off (mode: none)."),
            { MaxAgeSeconds: < ShortestUsefulAge } => Finding.Warn(
                $"The MTA-STS policy of {domain} is valid for {policy.MaxAgeSeconds} seconds only, and senders " +
                "forget it between messages.", Serve(policy.Mode)),
            _ => Finding.Good($"MTA-STS of {domain} is valid (mode: {policy.Mode})."),
        }).Citing(evidence);
    }

    [GeneratedRegex("^[A-Za-z0-9]{1,32}$")]
    private static partial Regex IdPattern();
}
