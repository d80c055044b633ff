using System.Globalization;
using TrendingMail.Delivery.History;
using TrendingMail.Editions;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests.Planning;

/// <summary>Explains when a subscriber gets the next digest, or why there is none.</summary>
public sealed class NextDigest(
    EditionForecast forecast, DeliveryHistory history, DigestOptions options, TimeProvider clock)
{
    /// <summary>One sentence for an operator.</summary>
    public async Task<string> ExplainAsync(Subscriber subscriber, CancellationToken cancellationToken)
    {
        var plan = await LookAsync(cancellationToken);
        return Explain(subscriber, plan, await HasNewestAsync(subscriber, plan, cancellationToken));
    }

    /// <summary>When the next digest is to be expected; null if none is.</summary>
    public async Task<DateTimeOffset?> FindAsync(Subscriber subscriber, CancellationToken cancellationToken)
    {
        if (subscriber.NextDueAt is not { } dueAt)
        {
            return null;
        }

        var plan = await LookAsync(cancellationToken);
        if (!await HasNewestAsync(subscriber, plan, cancellationToken))
        {
            return dueAt;
        }

        var next = plan.Outlook.NextDueAt(
            subscriber.Preferences.Schedule, subscriber.PausedUntil, plan.Now, hasNewest: true);
        return next > dueAt ? next : dueAt;
    }

    /// <param name="hasNewest">Whether the newest edition is queued or was sent.</param>
    public static string Explain(Subscriber subscriber, DuePlan plan, bool hasNewest)
    {
        if (subscriber.State is not (SubscriberState.Active or SubscriberState.Paused)
            || subscriber.NextDueAt is not { } dueAt)
        {
            return $"No digest is due: the subscriber is {subscriber.State.ToColumn()}.";
        }

        if (subscriber.Suppression is { } reason)
        {
            return $"No digest is sent: the address is suppressed ({reason.ToColumn()}).";
        }

        if (dueAt > plan.Now)
        {
            var pause = subscriber.PausedUntil is null ? "" : ", after the pause";
            return $"The next digest is due at {Format(dueAt)}{pause}; {DescribeNewest(plan, hasNewest)}.";
        }

        return plan.RuleFor(subscriber.Preferences.Schedule).Decide(dueAt).Action == DueAction.Wait
            ? $"A digest was due at {Format(dueAt)} and waits for an edition that is missing but expected; "
                + $"{DescribeNewest(plan, hasNewest)}."
            : $"A digest is due now; {DescribeNewest(plan, hasNewest)}.";
    }

    private async Task<DuePlan> LookAsync(CancellationToken cancellationToken) => new(
        await forecast.LookAsync(cancellationToken), TimeSpan.FromHours(options.CatchUpHours), clock.GetUtcNow());

    /// <summary>Whether the newest edition was queued for the subscriber or sent.</summary>
    private async Task<bool> HasNewestAsync(
        Subscriber subscriber, DuePlan plan, CancellationToken cancellationToken) =>
        plan.Day is { } day && (await history.DigestsAsync(subscriber.Id, day, day.AddDays(6), cancellationToken))
            .Any(digest => digest is Mailing.Weekly || digest.Day == day);

    private static string DescribeNewest(DuePlan plan, bool hasNewest) => plan switch
    {
        { Outlook.Newest: null } => "there is no edition yet",
        { Day: null } => string.Create(CultureInfo.InvariantCulture,
            $"the newest edition, of {plan.Outlook.Newest.Day:yyyy-MM-dd}, is too old to be sent, so nothing is sent ")
            + "before the next one is published",
        { Day: var day } => string.Create(CultureInfo.InvariantCulture,
            $"the newest edition, of {day:yyyy-MM-dd}, has {(hasNewest ? "already" : "not")} been queued for them"),
    };

    private static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
