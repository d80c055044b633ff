using TrendingMail.Delivery.Hold;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.Migrations;

namespace TrendingMail.Worker.Web.Operations;

/// <summary>
/// The liveness and readiness checks. On the listener for operators, direct requests from this machine get the details
/// of the readiness check as JSON; all others get only its result.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>The timeout of the readiness check.</summary>
    private static readonly TimeSpan ReadinessTimeout = TimeSpan.FromSeconds(3);

    public static void MapHealthEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/healthz/live", () => Results.Text("live"));
        app.MapPage("/healthz/ready", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(
        HttpContext http, ManagementListener listener, Migrator migrator, HoldStore hold, DigestHoldStore digestHolds,
        BackupSchedule backups, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadinessTimeout);
        Readiness readiness;
        try
        {
            readiness = await migrator.IsUpToDateAsync(limit.Token)
                ? new Readiness(
                    null, await hold.FindAsync(limit.Token), await digestHolds.ListAsync(limit.Token),
                    backups.FindNewest())
                : new Readiness("the schema is not up to date");
        }
        catch (Exception e) when (e is TrendingMailException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            readiness = new Readiness("the database is unavailable");
        }

        var status = readiness.Fault is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return listener.Received(http) && ManagementListener.IsLocal(http)
            ? Results.Json(readiness.ToDetail(), statusCode: status)
            : Results.Text(readiness.Result, statusCode: status);
    }

    private sealed record Readiness(
        string? Fault, DeliveryHold? Hold = null, IReadOnlyList<DigestHold>? DigestHolds = null,
        DateTimeOffset? NewestBackup = null)
    {
        public string Result => Fault is null ? "ready" : "not ready";

        public object ToDetail() => new
        {
            Status = Result,
            Faults = Fault is null ? [] : (string[])[Fault],
            Hold = Hold is null ? null : new { Hold.HeldAt, Hold.BackupAt, Detail = Hold.ToString() },
            DigestHolds = (DigestHolds ?? []).Select(held => new
            {
                held.Check, held.HeldAt, held.Finding, held.Remedy, Detail = held.ToString(),
            }),
            NewestBackup,
        };
    }
}
