using System.Globalization;
using System.Text.RegularExpressions;

namespace TrendingMail.Diagnostics.Content;

/// <summary>What SpamAssassin, if it is installed, says about the digest, without its network tests.</summary>
internal sealed partial class DigestSpamCheck(NewestDigest digests) : DigestCheck(
    digests, "digest-spam", "the spam score of the newest digest, where SpamAssassin is installed")
{
    /// <summary>From here, other filters may already disagree.</summary>
    private const double Doubtful = 2;

    protected override async Task<IReadOnlyList<Finding>> JudgeAsync(
        ComposedDigest digest, CancellationToken cancellationToken) =>
        SpamAssassin.Find() is { } program
            ? [Judge(await SpamAssassin.RunAsync(program, digest.Bytes, cancellationToken))]
            : [Finding.Unknown("SpamAssassin is not installed.", "Install it: 'apt install spamassassin'.")];

    /// <param name="report">The output of <c>spamassassin -t</c>: the message with a report.</param>
    internal static Finding Judge(string report)
    {
        if (Status().Match(report) is not { Success: true } status)
        {
            return Finding.Unknown("SpamAssassin's report cannot be understood.");
        }

        var (score, required) = (Parse(status, "score"), Parse(status, "required"));
        var rules = Rule().Matches(report).Select(rule => rule.Value.Trim()).ToArray();
        var text = string.Create(CultureInfo.InvariantCulture,
            $"SpamAssassin scores {score:0.0}; mail from {required:0.0} counts as spam.");
        const string Remedy = "Change what the rules name: the texts and templates, or the sender's identity.";
        return (score >= required ? Finding.Bad(text, Remedy)
            : score >= Doubtful ? Finding.Warn(text, Remedy) : Finding.Good(text)).Citing(rules);
    }

    private static double Parse(Match match, string group) =>
        double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\bscore=(?<score>-?\d+(\.\d+)?) required=(?<required>-?\d+(\.\d+)?)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Status();

    /// <summary>A row of the report's table, such as <c> 1.1 MISSING_DATE  Missing Date: header</c>.</summary>
    [GeneratedRegex(@"^ ?-?\d+\.\d+ [A-Z][A-Z0-9_]+ .*$", RegexOptions.Multiline)]
    private static partial Regex Rule();
}
