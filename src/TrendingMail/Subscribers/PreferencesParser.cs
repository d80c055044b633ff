using System.Globalization;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers;

/// <summary>Validates a <see cref="PreferencesForm"/> and collects the errors of all its fields.</summary>
public sealed class PreferencesParser
{
    private readonly List<FormError> errors = [];

    private PreferencesParser(PreferencesForm form, DateOnly today)
    {
        Preferences = new Preferences
        {
            Frequency = ParseChoice<Frequency>(form.Frequency, "frequency", "Please choose how often."),
            Weekday = ParseChoice<DayOfWeek>(form.Weekday, "weekday", "Please choose a day of the week."),
            SendAt = ParseTime(form.Time),
            TimeZone = ParseTimeZone(form.TimeZone),
            Papers = ParsePapers(form.Papers),
            Format = ParseChoice<MailFormat>(form.Format, "format", "Please choose a format."),
            Language = ParseLanguage(form.Language),
        };
        PausedUntil = ParsePause(form.PausedUntil, today);
    }

    /// <summary>The choices. Meaningful only if there are no errors.</summary>
    public Preferences Preferences { get; }

    /// <summary>The local day on which digests resume; null for no pause.</summary>
    public DateOnly? PausedUntil { get; }

    public IReadOnlyList<FormError> Errors => errors;

    /// <param name="today">The current date in the subscriber's time zone, which bounds a pause.</param>
    public static PreferencesParser Parse(PreferencesForm form, DateOnly today) => new(form, today);

    /// <summary>Whether this machine knows the IANA time zone name.</summary>
    public static bool IsTimeZone(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId;

    /// <summary>Whether a pause can end on a day: it is in the future, and at most a year away.</summary>
    /// <param name="today">The current date in the subscriber's time zone.</param>
    public static bool CanPauseUntil(DateOnly day, DateOnly today) => day > today && day <= today.AddYears(1);

    private string ParseLanguage(string text)
    {
        // A BCP 47 tag; without a translation, mail falls back to English.
        if (text.Length is >= 2 and <= 35 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return text;
        }

        AddError("language", "Please choose a language.");
        return "en";
    }

    private T ParseChoice<T>(string text, string field, string message)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (value.ToColumn() == text)
            {
                return value;
            }
        }

        AddError(field, message);
        return default;
    }

    private TimeOnly ParseTime(string text)
    {
        // Browsers submit seconds if the initial value had them.
        if (TimeOnly.TryParseExact(
            text, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return new TimeOnly(time.Hour, time.Minute);
        }

        AddError("time", "Please enter a time such as 07:00.");
        return default;
    }

    private string ParseTimeZone(string text)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && zone.HasIanaId)
        {
            return zone.Id;
        }

        AddError("time_zone", "Unknown time zone. Please choose one from the list, such as Europe/Berlin.");
        return text;
    }

    private int ParsePapers(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var papers) &&
            papers is >= Preferences.MinimumPapers and <= Preferences.MaximumPapers)
        {
            return papers;
        }

        AddError("papers",
            $"Please enter a number from {Preferences.MinimumPapers} to {Preferences.MaximumPapers}.");
        return Preferences.MinimumPapers;
    }

    private DateOnly? ParsePause(string text, DateOnly today)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (DateOnly.TryParseExact(
                text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) &&
            CanPauseUntil(day, today))
        {
            return day;
        }

        AddError("paused_until", "Please enter a date from tomorrow up to a year from now, or leave it empty.");
        return null;
    }

    private void AddError(string field, string message) => errors.Add(new FormError(field, message));
}
