namespace TrendingMail.Subscribers.Retention;

/// <summary>Settings of section <c>Retention</c>: how many days data is kept; 0 means forever.</summary>
public sealed record RetentionOptions
{
    private const int MaximumDays = 36_500;

    /// <summary>A link that reverts an address change is valid for thirty days.</summary>
    private const int MinimumAddressChangeDays = 30;

    /// <summary>Sign-ups that were never confirmed.</summary>
    public int PendingDays { get; init; } = 30;

    /// <summary>Unsubscribed subscribers. They are then erased; only a keyed hash of the address remains.</summary>
    public int UnsubscribedDays { get; init; } = 1095;

    /// <summary>Client networks in the consent history.</summary>
    public int ConsentNetworkDays { get; init; } = 180;

    /// <summary>Feedback on papers. (Its effect on the subscriber's interests remains.)</summary>
    public int FeedbackDays { get; init; } = 365;

    /// <summary>Completed address changes, with the old address.</summary>
    public int AddressChangeDays { get; init; } = 60;

    public IEnumerable<string> Validate()
    {
        foreach (var (name, days, minimum) in ((string, int, int)[])
            [
                (nameof(PendingDays), PendingDays, 3), (nameof(UnsubscribedDays), UnsubscribedDays, 1), (nameof(ConsentNetworkDays), ConsentNetworkDays, 1),
                (nameof(FeedbackDays), FeedbackDays, 1),
                (nameof(AddressChangeDays), AddressChangeDays, MinimumAddressChangeDays),
            ])
        {
            if (days != 0 && (days < minimum || days > MaximumDays))
            {
                yield return $"Retention:{name} is {days}; give {minimum} to {MaximumDays}, or 0 to keep forever.";
            }
        }
    }
}
