using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.SignUp;

/// <summary>A subscriber with everything that an operator may want to see.</summary>
/// <param name="Consent">The consent history, oldest first.</param>
/// <param name="Suppression">Why the address gets no mail; null if it does.</param>
public sealed record SubscriberDetails(
    Subscriber Subscriber, IReadOnlyList<ConsentEvent> Consent, IReadOnlyList<Interest> Interests,
    Suppression? Suppression);

/// <summary>The outcome of adding a subscriber.</summary>
public abstract record AddResult
{
    /// <summary>The address is known now, whether it was before or not.</summary>
    public sealed record Added(Subscriber Subscriber) : AddResult;

    /// <summary>The subscriber has left. Nobody else can undo that.</summary>
    public sealed record OptedOut : AddResult;

    /// <summary>Mail to the address was stopped by the operator, by its owner or after a complaint.</summary>
    public sealed record Blocked : AddResult;
}

/// <summary>The outcome of pausing or resuming a subscription.</summary>
public abstract record PauseResult
{
    public sealed record Rescheduled(Subscriber Subscriber, DateTimeOffset NextDueAt) : PauseResult;

    /// <summary>Only an active or paused subscription can be paused or resumed.</summary>
    public sealed record NotSubscribed(Subscriber Subscriber) : PauseResult;

    public sealed record Unknown : PauseResult;

    /// <summary>The day is not one on which a pause can end, so that nothing was changed.</summary>
    public sealed record DayRejected(DateOnly First, DateOnly Last) : PauseResult;
}

/// <summary>What an operator does for one subscriber, each in one transaction.</summary>
public sealed class SubscriberService(
    Database database, SubscriberStore subscribers, SignUpFlow signUp, ErasureFlow erasure, DigestOptions digest,
    TimeProvider clock)
{
    /// <summary>How long a subscription is paused unless the operator says otherwise.</summary>
    public const int DefaultPauseDays = 14;

    /// <summary>Adds a subscriber with the default preferences.</summary>
    /// <param name="isConfirmed">
    /// Whether the operator vouches for the subscriber's consent. Otherwise the address is sent a confirmation link.
    /// </param>
    public async Task<AddResult> AddAsync(
        EmailAddress address, bool isConfirmed, ConsentOrigin consentOrigin, CancellationToken cancellationToken)
    {
        var preferences = DefaultPreferences.From(digest);
        if (!isConfirmed)
        {
            await signUp.RequestAsync(address, preferences, consentOrigin, cancellationToken);
        }
        else if (!await signUp.AddConfirmedAsync(address, preferences, consentOrigin, cancellationToken))
        {
            return new AddResult.OptedOut();
        }

        return await subscribers.FindAsync(address, cancellationToken) is { } subscriber
            ? new AddResult.Added(subscriber)
            : new AddResult.Blocked();
    }

    /// <returns>Null if the address is unknown.</returns>
    public Task<SubscriberDetails?> FindAsync(EmailAddress address, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await SubscriberStore.FindAsync(session, address) is { } subscriber
            ? new SubscriberDetails(
                subscriber,
                await SubscriberStore.ListConsentEventsAsync(session, subscriber.Id),
                await InterestStore.ListAsync(session, subscriber.Id),
                await SuppressionStore.FindAsync(session, address.Key))
            : null, cancellationToken);

    /// <param name="until">
    /// The local day on which digests resume; null for <see cref="DefaultPauseDays"/> from now.
    /// </param>
    public Task<PauseResult> PauseAsync(EmailAddress address, DateOnly? until, CancellationToken cancellationToken) =>
        ChangePauseAsync(
            address, until ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(DefaultPauseDays),
            cancellationToken);

    public Task<PauseResult> ResumeAsync(EmailAddress address, CancellationToken cancellationToken) =>
        ChangePauseAsync(address, null, cancellationToken);

    /// <inheritdoc cref="SignUpFlow.UnsubscribeAsync(long, ConsentOrigin, CancellationToken)"/>
    /// <returns>The subscriber before; null if the address is unknown.</returns>
    public Task<Subscriber?> UnsubscribeAsync(
        EmailAddress address, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var subscriber = await SubscriberStore.FindAsync(session, address);
            if (subscriber is not null)
            {
                await signUp.UnsubscribeAsync(session, subscriber, consentOrigin);
            }

            return subscriber;
        }, cancellationToken);

    /// <inheritdoc cref="ErasureFlow.EraseAsync"/>
    public async Task<bool> EraseAsync(EmailAddress address, CancellationToken cancellationToken) =>
        await subscribers.FindAsync(address, cancellationToken) is { } subscriber &&
        await erasure.EraseAsync(subscriber.Id, cancellationToken);

    /// <inheritdoc cref="SignUpFlow.RevokeLinksAsync(Session, long, ConsentOrigin)"/>
    /// <returns>The subscriber before; null if the address is unknown.</returns>
    public Task<Subscriber?> RevokeLinksAsync(
        EmailAddress address, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var subscriber = await SubscriberStore.FindAsync(session, address);
            if (subscriber is not null)
            {
                await signUp.RevokeLinksAsync(session, subscriber.Id, consentOrigin);
            }

            return subscriber;
        }, cancellationToken);

    private Task<PauseResult> ChangePauseAsync(
        EmailAddress address, DateOnly? until, CancellationToken cancellationToken) =>
        database.WriteAsync<PauseResult>(async session =>
        {
            if (await SubscriberStore.FindAsync(session, address) is not { } subscriber)
            {
                return new PauseResult.Unknown();
            }

            var today = DateOnly.FromDateTime(
                TimeZoneInfo.ConvertTime(clock.GetUtcNow(), subscriber.Preferences.Schedule.Zone).DateTime);
            if (until is { } day && !PreferencesParser.CanPauseUntil(day, today))
            {
                return new PauseResult.DayRejected(today.AddDays(1), today.AddYears(1));
            }

            return await subscribers.PauseAsync(session, subscriber.Id, until) is { } due
                ? new PauseResult.Rescheduled((await SubscriberStore.FindAsync(session, subscriber.Id))!, due)
                : new PauseResult.NotSubscribed(subscriber);
        }, cancellationToken);
}
