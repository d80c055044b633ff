using System.Globalization;

namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>How far a server's warm-up is today.</summary>
/// <param name="Server">The name of the server.</param>
/// <param name="Day">Today, in UTC.</param>
/// <param name="Number">The number of the day in the plan; 0 or less before the first one.</param>
/// <param name="Days">The number of days of the plan.</param>
/// <param name="FirstDay">The first day of the plan.</param>
/// <param name="Cap">The messages that the server may be handed today.</param>
/// <param name="Digests">The digests that it was handed today.</param>
/// <param name="Notices">The notices that it was handed today.</param>
/// <param name="Postponed">How often a delivery was postponed today.</param>
/// <param name="Expired">The deliveries that expired today because there was no room.</param>
/// <param name="Domains">The recipient domains whose cap is used up today.</param>
public sealed record WarmUpStatus(
    string Server, DateOnly Day, int Number, int Days, DateOnly FirstDay, long Cap, long Digests, long Notices,
    long Postponed, long Expired, IReadOnlyList<string> Domains)
{
    /// <summary>Messages that the server was handed today.</summary>
    public long Used => Digests + Notices;

    public override string ToString() => Number < 1
        ? string.Create(CultureInfo.InvariantCulture,
            $"{Server} carries no mail before its warm-up begins on {FirstDay:yyyy-MM-dd}.")
        : string.Create(CultureInfo.InvariantCulture,
            $"{Server} is on day {Number} of {Days} of its warm-up ({Day:yyyy-MM-dd} UTC): {Used} of {Cap} messages ") +
            string.Create(CultureInfo.InvariantCulture,
                $"sent ({Digests} digests, {Notices} notices), {Postponed} postponed, {Expired} expired.") +
            (Domains.Count == 0 ? "" : $" Full: {string.Join(", ", Domains)}.");
}

/// <summary>Reports on the warm-ups of servers.</summary>
public sealed class WarmUpReporter(WarmUpSchedule schedule, WarmUpStore store, TimeProvider clock)
{
    /// <summary>The servers that have a cap today. Reads nothing if none has.</summary>
    public async Task<IReadOnlyList<WarmUpStatus>> ListAsync(CancellationToken cancellationToken)
    {
        var day = WarmUpSchedule.ToDay(clock.GetUtcNow());
        WarmUpPlan[] plans = [.. schedule.ActivePlans(day)];
        if (plans.Length == 0)
        {
            return [];
        }

        var usage = (await store.ListAsync(day, cancellationToken)).ToLookup(row => row.Server);
        return [.. plans.Select(plan => Summarize(plan, day, [.. usage[plan.Server]]))];
    }

    /// <summary>Alerts the operator, once a day for each server, to deliveries that expired without room.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    internal async Task AlertAsync(OperatorAlerts alerts, string server, DateOnly day)
    {
        var expired = (await store.ListAsync(day, CancellationToken.None))
            .Where(row => row.Server == server && row.Domain.Length == 0).Sum(row => row.Expired);
        var plan = schedule.FindActive(server, day);
        if (expired == 0 || plan is null)
        {
            return;
        }

        await alerts.RaiseAsync(
            string.Create(CultureInfo.InvariantCulture, $"warm-up-{server}-{day:yyyy-MM-dd}"),
            string.Create(CultureInfo.InvariantCulture, $"{expired} messages did not fit the warm-up of {server}"),
            string.Create(CultureInfo.InvariantCulture,
                $"{expired} messages expired on {day:yyyy-MM-dd} (UTC) so far, because {server} may be handed ") +
            string.Create(CultureInfo.InvariantCulture,
                $"{plan.GetCap(day)} messages on day {plan.GetDayNumber(day)} of its warm-up, and no other server ") +
            "had room. They have failed and are not sent. 'digest status' counts those that follow today, and " +
            "'digest trace EMAIL' names the cap. To send more, add a server without a warm-up to Mail:Smtp, raise " +
            "Start or Factor in the server's WarmUp while its bounces and complaints stay low, or raise " +
            "Delivery:GiveUpHours, so that digests wait longer for room.",
            CancellationToken.None);
    }

    private static WarmUpStatus Summarize(WarmUpPlan plan, DateOnly day, IReadOnlyList<WarmUpUsage> usage)
    {
        var total = usage.FirstOrDefault(row => row.Domain.Length == 0);
        return new WarmUpStatus(
            plan.Server, day, plan.GetDayNumber(day), plan.Days, plan.FirstDay, plan.GetCap(day),
            total?.Digests ?? 0, total?.Notices ?? 0, total?.Postponed ?? 0, total?.Expired ?? 0,
            [
                .. usage.Where(row => row.Domain.Length > 0 && WarmUpAllowance.GetRoom(
                        plan.GetCap(day, row.Domain), new CapUsage(row.Digests, row.Notices), MessageClass.Digest,
                        default) == 0)
                    .Select(row => row.Domain),
            ]);
    }
}
