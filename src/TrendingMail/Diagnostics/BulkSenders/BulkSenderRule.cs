namespace TrendingMail.Diagnostics.BulkSenders;

/// <summary>A rule of large mailbox providers that other checks decide.</summary>
/// <param name="Subject">What the rule is about.</param>
/// <param name="RequiredBy">The providers.</param>
/// <param name="Checks">The names of the checks that decide.</param>
internal sealed record BulkSenderRule(string Subject, string RequiredBy, params string[] Checks)
{
    /// <summary>Restricts the rule to those findings of its checks that begin so; empty for all.</summary>
    public string SubjectPrefix { get; init; } = "";

    private const string AllProviders = "Gmail, Yahoo, Outlook.com";

    public static IReadOnlyList<BulkSenderRule> All { get; } =
    [
        new("SPF", AllProviders, "dns-spf"),
        new("DKIM", AllProviders, "dns-dkim", "digest-dkim"),
        new("DMARC", AllProviders, "dns-dmarc"),
        new("forward and reverse DNS", "Gmail, Yahoo", "dns-ptr"),
        new("TLS", "Gmail", "smtp"),
        new("one-click unsubscribing", "Gmail, Yahoo", "digest-headers", "digest-one-click")
        {
            SubjectPrefix = "List-",
        },
        new("message format", "Gmail, Yahoo", "digest-headers", "digest-html", "digest-size"),
        new("valid From", AllProviders, "sender"),
        new("links", "Outlook.com", "public-url"),
    ];

    /// <summary>Judges the rule by the worst finding; what is unknown counts more than what is good.</summary>
    public Finding Judge(IReadOnlyDictionary<string, CheckResult> results)
    {
        var missing = Checks.Where(check => !results.ContainsKey(check)).ToArray();
        var findings = Checks.Where(results.ContainsKey)
            .SelectMany(check => results[check].Findings.Select(finding => (Check: check, Finding: finding)))
            .Where(found => found.Finding.Subject?.StartsWith(SubjectPrefix, StringComparison.Ordinal) ?? true)
            .ToArray();
        var (verdict, text, remedy) = findings.Length == 0 ? (Verdict.Unknown, "Nothing was checked.", null)
            : findings.MinBy(found => Rank(found.Finding.Verdict)) is var worst
                ? (worst.Finding.Verdict, worst.Finding.Text, worst.Finding.Remedy) : default;
        return new Finding(
            missing.Length > 0 && verdict == Verdict.Good ? Verdict.Unknown : verdict, text, remedy)
        {
            Subject = Subject,
            Evidence =
            [
                $"Required by {RequiredBy}.",
                .. findings.Select(found => $"{found.Check}: {found.Finding.Verdict.ToString().ToLowerInvariant()}"),
                .. missing.Select(check => $"{check}: not made"),
            ],
        };
    }

    private static int Rank(Verdict verdict) => verdict switch
    {
        Verdict.Bad => 0,
        Verdict.Warn => 1,
        Verdict.Unknown => 2,
        _ => 3,
    };
}
