using System.Data.Common;
using TrendingMail.Diagnostics.Installation;

namespace TrendingMail.Diagnostics;

/// <summary>One run of doctor: makes each check at most once, also if others depend on it.</summary>
/// <param name="isOnline">Whether checks may contact other machines.</param>
public sealed class DoctorRun(Doctor doctor, bool isOnline, SettingsFaults faults, TimeProvider clock)
{
    /// <summary>How long one check may take.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, CheckResult> results = [];

    /// <summary>Makes a check, or returns what it found before. Whatever goes wrong in it is its finding.</summary>
    public async Task<CheckResult> RunAsync(IDiagnosticCheck check, CancellationToken cancellationToken)
    {
        if (results.TryGetValue(check.Name, out var known))
        {
            return known;
        }

        var findings = FindReasonAgainst(check) is { } reason ? [reason]
            : check is IDependentCheck dependent ? await RunAsync(dependent, cancellationToken)
            : await RunAsync(check.RunAsync, cancellationToken);
        return results[check.Name] = new CheckResult(check, findings);
    }

    private Finding? FindReasonAgainst(IDiagnosticCheck check) =>
        faults.Messages.Count > 0 && check.Name != SettingsCheckName
            ? Finding.Unknown("The settings are invalid, so the check could not be made.",
                $"Correct what the check {SettingsCheckName} found.")
        : check.NeedsNetwork && !isOnline
            ? Finding.Unknown("The check contacts other machines and was not made.", "Run with --online.")
        : null;

    /// <summary>The one check that is made whether the settings are valid or not.</summary>
    internal const string SettingsCheckName = "settings";

    private async Task<IReadOnlyList<Finding>> RunAsync(IDependentCheck check, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, CheckResult>();
        foreach (var other in doctor.Checks.Where(other => check.DependsOn.Contains(other.Name)))
        {
            found[other.Name] = await RunAsync(other, cancellationToken);
        }

        return await RunAsync(stop => check.RunAsync(found, stop), cancellationToken);
    }

    private async Task<IReadOnlyList<Finding>> RunAsync(
        Func<CancellationToken, Task<IReadOnlyList<Finding>>> run, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await run(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [Finding.Unknown($"The check did not finish within {Limit.TotalSeconds:0} seconds.")];
        }
        catch (DbException e)
        {
            return [Finding.Unknown(
                $"The database cannot answer: {e.Message}",
                "Start the program, which prepares the database, or see what the checks schema and database find.")];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One check that cannot be made must not hide what the others find.
            return [Finding.Unknown(e.Message)];
        }
    }
}
