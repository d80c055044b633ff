namespace TrendingMail.Subscribers;

/// <summary>How often a reader gets a digest.</summary>
public enum Frequency
{
    Daily,

    /// <summary>Monday to Friday.</summary>
    Weekdays,

    /// <summary>Once a week, with the week's papers.</summary>
    Weekly,
}

/// <summary>The parts of a mail that a reader wants.</summary>
public enum MailFormat
{
    /// <summary>HTML with a text alternative.</summary>
    Html,

    Text,
}

/// <summary>What a reader chose.</summary>
public sealed record Preferences
{
    public const int MinimumPapers = 1;

    public const int MaximumPapers = 50;

    public Frequency Frequency { get; init; } = Frequency.Daily;

    /// <summary>The day of a weekly digest, in the reader's zone.</summary>
    public DayOfWeek Weekday { get; init; } = DayOfWeek.Monday;

    /// <summary>The reader's local time.</summary>
    public TimeOnly SendAt { get; init; } = new(7, 0);

    /// <summary>IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>How many papers a digest has at most.</summary>
    public int Papers { get; init; } = 10;

    public MailFormat Format { get; init; } = MailFormat.Html;

    /// <summary>The language of mails and pages, as a BCP 47 tag such as <c>en</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The zone of <see cref="TimeZone"/>; UTC where this machine does not know it.</summary>
    public TimeZoneInfo Zone =>
        TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
}
