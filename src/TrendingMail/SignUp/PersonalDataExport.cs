using TrendingMail.Delivery.History;
using TrendingMail.SignUp.AddressChanges;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.SignUp;

/// <summary>All personal data of one subscriber, for the subscriber.</summary>
/// <param name="Deliveries">The deliveries to the subscriber and their outcomes, as long as they are retained.</param>
public sealed record PersonalData(
    Subscriber Subscriber, IReadOnlyList<ConsentEvent> Consent, IReadOnlyList<Interest> Interests,
    IReadOnlyList<Feedback> Feedback, IReadOnlyList<AddressChange> AddressChanges, Suppression? Suppression,
    IReadOnlyList<DeliveryRecord> Deliveries);

/// <summary>Collects the personal data of a subscriber from all stores.</summary>
public sealed class PersonalDataExport(
    SubscriberStore subscribers, InterestStore interests, FeedbackStore feedback, AddressChangeFlow changes,
    SuppressionStore suppressions, DeliveryHistory deliveries)
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
        await deliveries.ListAsync(subscriber.Id, cancellationToken));
}
