namespace TrendingMail.Editions;

/// <summary>Settings of section <c>Digest</c>: when a day's edition is frozen, and what a new reader starts with.</summary>
public sealed record DigestOptions
{
    /// <summary>The time of day at which the day's edition is published.</summary>
    public TimeOnly PublishAt { get; init; } = new(21, 30);

    /// <summary>IANA name of the zone of <see cref="PublishAt"/>, and the zone of readers who name none.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Papers in a digest, unless the reader chooses another number.</summary>
    public int Papers { get; init; } = 10;

    /// <summary>The reader's local time of a digest, unless the reader chooses another.</summary>
    public TimeOnly DefaultSendAt { get; init; } = new(7, 0);

    /// <summary>The zone of <see cref="TimeZone"/>.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    public IEnumerable<string> Faults()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return $"Digest:TimeZone '{TimeZone}' is no IANA time zone such as 'UTC' or 'Europe/Berlin'.";
        }

        if (Papers is < 1 or > 50)
        {
            yield return $"Digest:Papers is {Papers}; give 1 to 50.";
        }
    }
}
