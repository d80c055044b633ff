namespace TrendingMail.Diagnostics;

/// <summary>A check that judges by what other checks found. They are made first, once for each run of doctor.</summary>
public interface IDependentCheck : IDiagnosticCheck
{
    /// <summary>The names of the other checks, none of which depends on others; one that does not exist is left
    /// out.</summary>
    IReadOnlyCollection<string> DependsOn { get; }

    /// <param name="results">What the other checks found, by name.</param>
    /// <inheritdoc cref="IDiagnosticCheck.RunAsync"/>
    Task<IReadOnlyList<Finding>> RunAsync(
        IReadOnlyDictionary<string, CheckResult> results, CancellationToken cancellationToken);

    Task<IReadOnlyList<Finding>> IDiagnosticCheck.RunAsync(CancellationToken cancellationToken) =>
        RunAsync(new Dictionary<string, CheckResult>(), cancellationToken);
}
