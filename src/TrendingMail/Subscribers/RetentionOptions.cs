namespace TrendingMail.Subscribers;

/// <summary>Settings of section <c>Retention</c>: how many days what is no longer needed is kept; 0 for ever.</summary>
public sealed record RetentionOptions
{
    private const int Longest = 36_500;

    /// <summary>A link that takes a change of address back works for thirty days.</summary>
    private const int ShortestMove = 30;

    /// <summary>Who asked to subscribe and never confirmed.</summary>
    public int PendingDays { get; init; } = 30;

    /// <summary>Who unsubscribed: erased then, so that a keyed hash of the address is left.</summary>
    public int LeftDays { get; init; } = 1095;

    /// <summary>The networks in the consent history.</summary>
    public int NetworkDays { get; init; } = 180;

    /// <summary>What readers said of papers. (What it made of their interests stays.)</summary>
    public int FeedbackDays { get; init; } = 365;

    /// <summary>Settled changes of address, with the old one.</summary>
    public int AddressChangeDays { get; init; } = 60;

    public IEnumerable<string> Faults()
    {
        foreach (var (name, days, shortest) in ((string, int, int)[])
            [
                (nameof(PendingDays), PendingDays, 3), (nameof(LeftDays), LeftDays, 1), (nameof(NetworkDays), NetworkDays, 1),
                (nameof(FeedbackDays), FeedbackDays, 1),
                (nameof(AddressChangeDays), AddressChangeDays, ShortestMove),
            ])
        {
            if (days != 0 && (days < shortest || days > Longest))
            {
                yield return $"Retention:{name} is {days}; give {shortest} to {Longest}, or 0 to keep it for ever.";
            }
        }
    }
}
