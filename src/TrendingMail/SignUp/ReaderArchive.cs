using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>Everything that we hold of one reader, for the reader.</summary>
/// <param name="Deliveries">The mails that were made for the reader and what became of them, as long as they are kept.</param>
public sealed record ReaderData(
    Subscriber Subscriber, IReadOnlyList<ConsentEvent> Consent, IReadOnlyList<Interest> Interests,
    IReadOnlyList<Feedback> Feedback, IReadOnlyList<AddressChange> AddressChanges, Suppression? Suppression,
    IReadOnlyList<ReaderDelivery> Deliveries);

/// <summary>One mail to a reader.</summary>
public sealed record ReaderDelivery
{
    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required string State { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What the reader's mail server said, or why the mail was not sent.</summary>
    public string? Reply { get; init; }
}

/// <summary>Gathers what we hold of a reader from where it lies.</summary>
public sealed class ReaderArchive(
    Database database, SubscriberStore subscribers, InterestStore interests, FeedbackStore feedback,
    AddressChangeFlow changes, SuppressionStore suppressions)
{
    public async Task<ReaderData> OfAsync(Subscriber reader, CancellationToken cancellationToken) => new(
        reader,
        await subscribers.ConsentHistoryAsync(reader.Id, cancellationToken),
        await interests.ListAsync(reader.Id, cancellationToken),
        await feedback.ListAsync(reader.Id, int.MaxValue, cancellationToken),
        await changes.ListAsync(reader.Id, cancellationToken),
        EmailAddress.TryParse(reader.Address, out var address, out _)
            ? await suppressions.FindAsync(address, cancellationToken)
            : null,
        await database.ReadAsync(session => session.QueryAsync<ReaderDelivery>("""
            SELECT m.kind, m.key, d.state, d.queued_at, d.ended_at, d.reply
            FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
            WHERE d.subscriber_id = @Id
            ORDER BY d.id
            """, new { reader.Id }), cancellationToken));
}
