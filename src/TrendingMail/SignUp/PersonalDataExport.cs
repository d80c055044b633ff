using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.SignUp;

/// <summary>All personal data of one subscriber, for the subscriber.</summary>
/// <param name="Deliveries">The deliveries to the subscriber and their outcomes, as long as they are retained.</param>
public sealed record PersonalData(
    Subscriber Subscriber, IReadOnlyList<ConsentEvent> Consent, IReadOnlyList<Interest> Interests,
    IReadOnlyList<Feedback> Feedback, IReadOnlyList<AddressChange> AddressChanges, Suppression? Suppression,
    IReadOnlyList<PersonalDelivery> Deliveries);

/// <summary>One delivery to the subscriber.</summary>
public sealed record PersonalDelivery
{
    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required string State { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The reply of the receiving mail server, or the reason why the mail was not sent.</summary>
    public string? Reply { get; init; }
}

/// <summary>Collects the personal data of a subscriber from all stores.</summary>
public sealed class PersonalDataExport(
    Database database, SubscriberStore subscribers, InterestStore interests, FeedbackStore feedback,
    AddressChangeFlow changes, SuppressionStore suppressions)
{
    public async Task<PersonalData> CollectAsync(Subscriber subscriber, CancellationToken cancellationToken) => new(
        subscriber,
        await subscribers.ListConsentEventsAsync(subscriber.Id, cancellationToken),
        await interests.ListAsync(subscriber.Id, cancellationToken),
        await feedback.ListAsync(subscriber.Id, int.MaxValue, cancellationToken),
        await changes.ListAsync(subscriber.Id, cancellationToken),
        EmailAddress.TryParse(subscriber.Address, out var address, out _)
            ? await suppressions.FindAsync(address, cancellationToken)
            : null,
        await database.ReadAsync(session => session.QueryAsync<PersonalDelivery>("""
            SELECT m.kind, m.key, d.state, d.queued_at, d.ended_at, d.reply
            FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
            WHERE d.subscriber_id = @Id
            ORDER BY d.id
            """, new { subscriber.Id }), cancellationToken));
}
