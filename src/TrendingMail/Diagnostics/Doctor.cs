namespace TrendingMail.Diagnostics;

/// <summary>Runs the checks of an installation.</summary>
public sealed class Doctor(IEnumerable<IDiagnosticCheck> checks, TimeProvider clock)
{
    /// <summary>How long one check may take.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>All checks, by group and name.</summary>
    public IReadOnlyList<IDiagnosticCheck> Checks { get; } =
        [.. checks.OrderBy(check => check.Group).ThenBy(check => check.Name, StringComparer.Ordinal)];

    /// <summary>Finds checks by their names.</summary>
    /// <param name="names">Empty for all checks.</param>
    /// <exception cref="TrendingMailException">There is no check of one of the names.</exception>
    public IReadOnlyList<IDiagnosticCheck> Select(IReadOnlyCollection<string> names)
    {
        var unknown = names.Where(name => Checks.All(check => check.Name != name)).ToList();
        return unknown.Count == 0
            ? [.. Checks.Where(check => names.Count == 0 || names.Contains(check.Name))]
            : throw new TrendingMailException($"There is no check '{string.Join("', '", unknown)}'. " +
                $"The checks are {string.Join(", ", Checks.Select(check => check.Name))}.");
    }

    /// <summary>Makes one check. Whatever goes wrong in it is its finding.</summary>
    /// <param name="isOnline">Whether the check may contact other machines.</param>
    public async Task<CheckResult> RunAsync(
        IDiagnosticCheck check, bool isOnline, CancellationToken cancellationToken) =>
        new(check, check.NeedsNetwork && !isOnline
            ? [Finding.Unknown("The check contacts other machines and was not made.", "Run with --online.")]
            : await RunAsync(check, cancellationToken));

    private async Task<IReadOnlyList<Finding>> RunAsync(IDiagnosticCheck check, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await check.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [Finding.Unknown($"The check did not finish within {Limit.TotalSeconds:0} seconds.")];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One check that cannot be made must not hide what the others find.
            return [Finding.Unknown(e.Message)];
        }
    }
}
