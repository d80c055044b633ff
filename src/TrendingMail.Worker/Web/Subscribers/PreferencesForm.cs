using System.Globalization;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>The raw values of the preferences form, valid or not.</summary>
internal sealed record PreferencesForm(
    string Frequency, string Weekday, string Time, string TimeZone, string Papers, string Format, string Language,
    string PausedUntil)
{
    private readonly List<(string Field, string Message)> errors = [];

    /// <summary>Validation errors found by <see cref="TryValidate"/>: field and message.</summary>
    public IReadOnlyList<(string Field, string Message)> Errors => errors;

    public static PreferencesForm From(Subscriber subscriber) => From(subscriber.Preferences) with
    {
        PausedUntil = subscriber.PausedUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
    };

    public static PreferencesForm From(Preferences preferences) => new(
        preferences.Frequency.ToColumn(),
        preferences.Weekday.ToColumn(),
        preferences.SendAt.ToString("HH:mm", CultureInfo.InvariantCulture),
        preferences.TimeZone,
        preferences.Papers.ToString(CultureInfo.InvariantCulture),
        preferences.Format.ToColumn(),
        preferences.Language,
        "");

    /// <param name="language">Kept if the form has no language field.</param>
    public static PreferencesForm Read(IFormCollection form, string language)
    {
        string Field(string name) => form[name].ToString().Trim();
        return new PreferencesForm(Field("frequency"), Field("weekday"), Field("time"), Field("time_zone"), Field("papers"),
            Field("format"), Field("language") is { Length: > 0 } chosen ? chosen : language, Field("paused_until"));
    }

    /// <summary>Reads the values of a sign-up; missing ones come from the defaults.</summary>
    public static PreferencesForm Read(Func<string, string?> field, PreferencesForm defaults)
    {
        string FieldOrDefault(string name, string defaultValue) => field(name)?.Trim() is { Length: > 0 } given ? given : defaultValue;
        return new PreferencesForm(
            FieldOrDefault("frequency", defaults.Frequency), FieldOrDefault("weekday", defaults.Weekday), FieldOrDefault("time", defaults.Time),
            FieldOrDefault("time_zone", defaults.TimeZone), FieldOrDefault("papers", defaults.Papers), FieldOrDefault("format", defaults.Format),
            FieldOrDefault("language", defaults.Language), "");
    }

    /// <summary>Whether this machine knows the IANA time zone name.</summary>
    public static bool IsTimeZone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId;

    /// <summary>Validates all fields. False if any is invalid.</summary>
    /// <param name="today">The current date in the subscriber's time zone.</param>
    public bool TryValidate(DateOnly today, out Preferences preferences, out DateOnly? pausedUntil)
    {
        preferences = new Preferences
        {
            Frequency = Choice<Frequency>(Frequency, "frequency", "Please choose how often."),
            Weekday = Choice<DayOfWeek>(Weekday, "weekday", "Please choose a day of the week."),
            SendAt = ReadTime(),
            TimeZone = ReadZone(),
            Papers = ReadPapers(),
            Format = Choice<MailFormat>(Format, "format", "Please choose a format."),
            Language = ReadLanguage(),
        };
        pausedUntil = ReadPause(today);
        return errors.Count == 0;
    }

    /// <summary>Adds an error from another part of the page.</summary>
    public void AddError(string field, string message) => errors.Add((field, message));

    private string ReadLanguage()
    {
        // A BCP 47 tag; without a translation, mail falls back to English.
        if (Language.Length is >= 2 and <= 35 && Language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return Language;
        }

        errors.Add(("language", "Please choose a language."));
        return "en";
    }

    private T Choice<T>(string text, string field, string message)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (value.ToColumn() == text)
            {
                return value;
            }
        }

        errors.Add((field, message));
        return default;
    }

    private TimeOnly ReadTime()
    {
        // Browsers submit seconds if the initial value had them.
        if (TimeOnly.TryParseExact(Time, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return new TimeOnly(time.Hour, time.Minute);
        }

        errors.Add(("time", "Please enter a time such as 07:00."));
        return default;
    }

    private string ReadZone()
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) && zone.HasIanaId)
        {
            return zone.Id;
        }

        errors.Add(("time_zone", "Unknown time zone. Please choose one from the list, such as Europe/Berlin."));
        return TimeZone;
    }

    private int ReadPapers()
    {
        if (int.TryParse(Papers, NumberStyles.None, CultureInfo.InvariantCulture, out var papers) &&
            papers is >= Preferences.MinimumPapers and <= Preferences.MaximumPapers)
        {
            return papers;
        }

        errors.Add(("papers", $"Please enter a number from {Preferences.MinimumPapers} to {Preferences.MaximumPapers}."));
        return Preferences.MinimumPapers;
    }

    private DateOnly? ReadPause(DateOnly today)
    {
        if (PausedUntil.Length == 0)
        {
            return null;
        }

        if (DateOnly.TryParseExact(PausedUntil, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) &&
            day > today && day <= today.AddYears(1))
        {
            return day;
        }

        errors.Add(("paused_until", "Please enter a date from tomorrow up to a year from now, or leave it empty."));
        return null;
    }
}
