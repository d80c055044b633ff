using TrendingMail.Storage;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers;

/// <summary>A row of <c>subscribers</c> as queries return it.</summary>
internal sealed record SubscriberRow
{
    public required long Id { get; init; }

    public required string Address { get; init; }

    public required SubscriberState State { get; init; }

    public required int LinkEpoch { get; init; }

    public DateOnly? PausedUntil { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? NextDueAt { get; init; }

    public required Frequency Frequency { get; init; }

    public required DayOfWeek Weekday { get; init; }

    public required TimeOnly SendAt { get; init; }

    public required string TimeZone { get; init; }

    public required int Papers { get; init; }

    public required MailFormat Format { get; init; }

    public required string Language { get; init; }

    public required string Profile { get; init; }

    public string? Suppression { get; init; }

    public Subscriber ToSubscriber() => new()
    {
        Id = Id,
        Address = Address,
        State = State,
        LinkEpoch = LinkEpoch,
        PausedUntil = PausedUntil,
        CreatedAt = CreatedAt,
        NextDueAt = NextDueAt,
        Profile = Profile,
        Suppression = Suppression is null ? null : ColumnTypes.FromColumn<SuppressionReason>(Suppression),
        Preferences = new Preferences
        {
            Frequency = Frequency,
            Weekday = Weekday,
            SendAt = SendAt,
            TimeZone = TimeZone,
            Papers = Papers,
            Format = Format,
            Language = Language,
        },
    };
}
