using TrendingMail.Diagnostics.Installation;

namespace TrendingMail.Diagnostics;

/// <summary>Runs the checks of an installation.</summary>
public sealed class Doctor(
    IEnumerable<IDiagnosticCheck> checks, TimeProvider clock, SettingsFaults? faults = null)
{
    /// <summary>All checks, by group and name.</summary>
    public IReadOnlyList<IDiagnosticCheck> Checks { get; } =
        [.. checks.OrderBy(check => check.Group).ThenBy(check => check.Name, StringComparer.Ordinal)];

    /// <summary>What is wrong with the names of checks; null if there is a check of each name.</summary>
    public string? FindUnknown(IReadOnlyCollection<string> names)
    {
        var unknown = names.Where(name => Checks.All(check => check.Name != name)).ToList();
        return unknown.Count == 0 ? null : $"There is no check '{string.Join("', '", unknown)}'. " +
            $"The checks are {string.Join(", ", Checks.Select(check => check.Name))}.";
    }

    /// <summary>Finds checks by their names.</summary>
    /// <param name="names">Empty for all checks.</param>
    /// <exception cref="TrendingMailException">There is no check of one of the names.</exception>
    public IReadOnlyList<IDiagnosticCheck> Select(IReadOnlyCollection<string> names) =>
        FindUnknown(names) is { } error
            ? throw new TrendingMailException(error)
            : [.. Checks.Where(check => names.Count == 0 || names.Contains(check.Name))];

    /// <param name="isOnline">Whether checks may contact other machines.</param>
    public DoctorRun Start(bool isOnline) => new(this, isOnline, faults ?? SettingsFaults.None, clock);

    /// <summary>Makes one check. Whatever goes wrong in it is its finding.</summary>
    /// <inheritdoc cref="Start"/>
    public Task<CheckResult> RunAsync(IDiagnosticCheck check, bool isOnline, CancellationToken cancellationToken) =>
        Start(isOnline).RunAsync(check, cancellationToken);
}
