using System.Globalization;
using TrendingMail.Tests.Inbound.Classification.Reports;

namespace TrendingMail.Benchmarks.Inbound.Bounces;

/// <summary>Counts how many verdicts are right.</summary>
internal sealed class Figures
{
    private int reasons, rightReasons, verdicts, falseHards, missed, hards;

    public void Add(RecipientVerdict verdict)
    {
        if (verdict.Expected.Reasons.Count > 0)
        {
            reasons++;
            rightReasons += verdict.IsReasonRight ? 1 : 0;
        }

        if (verdict.Expected.IsHard is not { } isHard)
        {
            return;
        }

        verdicts++;
        hards += isHard ? 1 : 0;
        var found = verdict.Found?.Hard == true;
        falseHards += found && !isHard ? 1 : 0;
        missed += isHard && !found ? 1 : 0;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"reason {100.0 * rightReasons / reasons:F1}%, " +
        $"hard {100.0 * (verdicts - falseHards - missed) / verdicts:F1}%, " +
        $"false hards {falseHards} of {verdicts - hards}, missed {missed} of {hards}");
}
