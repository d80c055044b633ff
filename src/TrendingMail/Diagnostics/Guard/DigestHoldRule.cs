using TrendingMail.Delivery.Hold;

namespace TrendingMail.Diagnostics.Guard;

/// <summary>Decides from the checks' findings why digests are held.</summary>
internal static class DigestHoldRule
{
    /// <summary>
    /// A bad finding holds digests. A check that could not be made proves nothing: it neither holds digests nor lets
    /// those go that it held.
    /// </summary>
    /// <param name="before">The reasons until now, whose instants are kept.</param>
    public static IReadOnlyList<DigestHold> Decide(
        IReadOnlyList<DigestHold> before, IReadOnlyList<CheckResult> results, DateTimeOffset now) =>
        [.. results
            .Select(result => Decide(before.FirstOrDefault(hold => hold.Check == result.Check.Name), result, now))
            .OfType<DigestHold>()];

    private static DigestHold? Decide(DigestHold? before, CheckResult result, DateTimeOffset now)
    {
        var bad = result.Findings.Where(finding => finding.Verdict == Verdict.Bad).ToArray();
        if (bad.Length == 0)
        {
            return result.Findings.All(finding => finding.Verdict == Verdict.Unknown) ? before : null;
        }

        return new DigestHold
        {
            Check = result.Check.Name,
            Finding = string.Join(' ', bad.Select(finding => finding.Text)),
            Remedy = string.Join(' ', bad.Select(finding => finding.Remedy).Distinct()),
            HeldAt = before?.HeldAt ?? now,
        };
    }
}
