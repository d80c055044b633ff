using System.Text.Json.Serialization;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Subscribers;

/// <summary>How often a subscriber receives a digest.</summary>
public enum Frequency
{
    Daily,

    /// <summary>Monday to Friday.</summary>
    Weekdays,

    /// <summary>Once a week, covering the week's papers.</summary>
    Weekly,
}

/// <summary>The MIME parts that a subscriber receives.</summary>
public enum MailFormat
{
    /// <summary>HTML with a text alternative.</summary>
    Html,

    Text,
}

/// <summary>A subscriber's delivery settings.</summary>
public sealed record Preferences
{
    public const int MinimumPapers = 1;

    public const int MaximumPapers = 50;

    public Frequency Frequency { get; init; } = Frequency.Daily;

    /// <summary>The day of a weekly digest, in the subscriber's time zone.</summary>
    public DayOfWeek Weekday { get; init; } = DayOfWeek.Monday;

    /// <summary>When to send, in the subscriber's local time.</summary>
    public TimeOnly SendAt { get; init; } = new(7, 0);

    /// <summary>IANA time zone name.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The maximum number of papers in a digest.</summary>
    public int Papers { get; init; } = 10;

    public MailFormat Format { get; init; } = MailFormat.Html;

    /// <summary>The language of mails and pages, as a BCP 47 tag such as <c>en</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>When the subscriber receives digests: frequency, weekday, time and time zone together.</summary>
    [JsonIgnore]
    public SendSchedule Schedule => new(Frequency, Weekday, SendAt, TimeZone);
}
