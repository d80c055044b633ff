using TrendingMail.Configuration;

namespace TrendingMail.Editions;

/// <summary>Settings of section <c>Digest</c>: when editions are published, and defaults for new subscribers.</summary>
public sealed record DigestOptions
{
    /// <summary>Time of day at which the day's edition is published.</summary>
    public TimeOnly PublishAt { get; init; } = new(21, 30);

    /// <summary>IANA time zone of <see cref="PublishAt"/>, and the default for subscribers.</summary>
    /// <value>an IANA time zone</value>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Default number of papers in a digest.</summary>
    [AcceptedRange(1, 50)]
    public int Papers { get; init; } = 10;

    /// <summary>Default time of day, local to the subscriber, at which digests are sent.</summary>
    public TimeOnly DefaultSendAt { get; init; } = new(7, 0);

    /// <summary>
    /// For how many hours after their send time subscribers still get an edition that is published late. Later, it
    /// waits for their next send time.
    /// </summary>
    [AcceptedRange(0, 168)]
    public int CatchUpHours { get; init; } = 24;

    /// <summary>The <see cref="TimeZoneInfo"/> of <see cref="TimeZone"/>.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    public IEnumerable<string> Validate()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return $"Digest:TimeZone '{TimeZone}' is not an IANA time zone such as 'UTC' or 'Europe/Berlin'.";
        }

        foreach (var error in AcceptedRangeAttribute.Validate("Digest", this))
        {
            yield return error;
        }
    }
}
