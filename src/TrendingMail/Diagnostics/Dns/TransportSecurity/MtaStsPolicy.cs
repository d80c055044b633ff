using System.Globalization;

namespace TrendingMail.Diagnostics.Dns.TransportSecurity;

/// <summary>A policy file of MTA-STS (RFC 8461 section 3.2).</summary>
internal sealed record MtaStsPolicy(string Mode, IReadOnlyList<string> MxPatterns, int MaxAgeSeconds)
{
    private const int MaxAgeLimit = 31_557_600;

    private static readonly string[] Modes = ["enforce", "testing", "none"];

    /// <param name="fault">What is wrong with the file, as the end of "It ..."; null if it is valid.</param>
    public static MtaStsPolicy? TryParse(string text, out string? fault)
    {
        var fields = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(field => field.Length == 2)
            .ToLookup(field => field[0], field => field[1], StringComparer.Ordinal);
        var (mode, maxAge) = (fields["mode"].FirstOrDefault(), fields["max_age"].FirstOrDefault());
        string[] patterns = [.. fields["mx"]];
        fault = fields["version"].FirstOrDefault() != "STSv1" ? "has no line 'version: STSv1'"
            : !Modes.Contains(mode) ? "has no line 'mode: enforce', 'mode: testing' or 'mode: none'"
            : !int.TryParse(maxAge, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                || seconds > MaxAgeLimit ? $"has no line 'max_age: SECONDS', of up to {MaxAgeLimit}"
            : patterns.Length == 0 && mode != "none" ? "has no line 'mx: HOST'"
            : null;
        return fault is null
            ? new MtaStsPolicy(mode!, patterns, int.Parse(maxAge!, CultureInfo.InvariantCulture))
            : null;
    }

    /// <summary>Formats the policy file that fits the hosts of a domain.</summary>
    public static string Format(string mode, IEnumerable<string> hosts) => string.Join('\n',
        [
            "version: STSv1", $"mode: {mode}", .. hosts.Select(host => $"mx: {host}"), "max_age: 604800",
        ]);

    /// <summary>Whether a host may receive mail; a pattern such as <c>*.example.org</c> stands for one label.</summary>
    public bool Allows(string host) => MxPatterns.Any(pattern =>
        pattern.StartsWith("*.", StringComparison.Ordinal)
            ? host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot &&
                host[dot..].Equals(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(pattern, StringComparison.OrdinalIgnoreCase));
}
