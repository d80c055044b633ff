namespace TrendingMail.Diagnostics;

/// <summary>What one check found.</summary>
public sealed record CheckResult(IDiagnosticCheck Check, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether any finding is bad.</summary>
    public bool IsBad => Findings.Any(finding => finding.Verdict == Verdict.Bad);
}
