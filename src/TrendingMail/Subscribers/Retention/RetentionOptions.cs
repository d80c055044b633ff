using TrendingMail.Configuration;

namespace TrendingMail.Subscribers.Retention;

/// <summary>Settings of section <c>Retention</c>: how many days data is kept; 0 means forever.</summary>
public sealed record RetentionOptions
{
    private const int MaximumDays = 36_500;

    /// <summary>A link that reverts an address change is valid for thirty days.</summary>
    private const int MinimumAddressChangeDays = 30;

    private const string Forever = "to keep forever";

    /// <summary>Sign-ups that were never confirmed.</summary>
    [AcceptedRange(3, MaximumDays, OrZero = Forever)]
    public int PendingDays { get; init; } = 30;

    /// <summary>Unsubscribed subscribers. They are then erased; only a keyed hash of the address remains.</summary>
    [AcceptedRange(1, MaximumDays, OrZero = Forever)]
    public int UnsubscribedDays { get; init; } = 1095;

    /// <summary>Client networks in the consent history.</summary>
    [AcceptedRange(1, MaximumDays, OrZero = Forever)]
    public int ConsentNetworkDays { get; init; } = 180;

    /// <summary>Feedback on papers. (Its effect on the subscriber's interests remains.)</summary>
    [AcceptedRange(1, MaximumDays, OrZero = Forever)]
    public int FeedbackDays { get; init; } = 365;

    /// <summary>Completed address changes, with the old address.</summary>
    [AcceptedRange(MinimumAddressChangeDays, MaximumDays, OrZero = Forever)]
    public int AddressChangeDays { get; init; } = 60;

    public IEnumerable<string> Validate() => AcceptedRangeAttribute.Validate("Retention", this);
}
