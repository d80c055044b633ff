using System.Globalization;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>The preferences as they stand in the form's fields, right or wrong.</summary>
internal sealed record PreferencesForm(
    string Frequency, string Weekday, string Time, string TimeZone, string Papers, string Format, string Language,
    string PausedUntil)
{
    private readonly List<(string Field, string Message)> errors = [];

    /// <summary>What is wrong, once <see cref="TryAccept"/> has looked: field and message.</summary>
    public IReadOnlyList<(string Field, string Message)> Errors => errors;

    public static PreferencesForm Of(Subscriber reader) => Of(reader.Preferences) with
    {
        PausedUntil = reader.PausedUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
    };

    public static PreferencesForm Of(Preferences preferences) => new(
        preferences.Frequency.ToColumn(),
        preferences.Weekday.ToColumn(),
        preferences.SendAt.ToString("HH:mm", CultureInfo.InvariantCulture),
        preferences.TimeZone,
        preferences.Papers.ToString(CultureInfo.InvariantCulture),
        preferences.Format.ToColumn(),
        preferences.Language,
        "");

    /// <param name="language">Stays where the form does not say.</param>
    public static PreferencesForm Read(IFormCollection form, string language)
    {
        string Field(string name) => form[name].ToString().Trim();
        return new PreferencesForm(Field("frequency"), Field("weekday"), Field("time"), Field("time_zone"), Field("papers"),
            Field("format"), Field("language") is { Length: > 0 } chosen ? chosen : language, Field("paused_until"));
    }

    /// <summary>What a sign-up says, and for the rest what a new reader starts with.</summary>
    public static PreferencesForm Read(Func<string, string?> field, PreferencesForm otherwise)
    {
        string Or(string name, string standard) => field(name)?.Trim() is { Length: > 0 } given ? given : standard;
        return new PreferencesForm(
            Or("frequency", otherwise.Frequency), Or("weekday", otherwise.Weekday), Or("time", otherwise.Time),
            Or("time_zone", otherwise.TimeZone), Or("papers", otherwise.Papers), Or("format", otherwise.Format),
            Or("language", otherwise.Language), "");
    }

    /// <summary>Whether it is the IANA name of a zone that this machine knows.</summary>
    public static bool IsZone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId;

    /// <summary>Checks every field; nothing is accepted where one is wrong.</summary>
    /// <param name="today">The reader's own day.</param>
    public bool TryAccept(DateOnly today, out Preferences preferences, out DateOnly? pausedUntil)
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

    /// <summary>Something else on the page is wrong.</summary>
    public void Refuse(string field, string message) => errors.Add((field, message));

    private string ReadLanguage()
    {
        // A tag of BCP 47; one that no mail speaks falls back to English.
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
        // Browsers add seconds where the value has them.
        if (TimeOnly.TryParseExact(Time, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return new TimeOnly(time.Hour, time.Minute);
        }

        errors.Add(("time", "Please give a time such as 07:00."));
        return default;
    }

    private string ReadZone()
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) && zone.HasIanaId)
        {
            return zone.Id;
        }

        errors.Add(("time_zone", "This time zone is not known; please choose one from the list, such as Europe/Berlin."));
        return TimeZone;
    }

    private int ReadPapers()
    {
        if (int.TryParse(Papers, NumberStyles.None, CultureInfo.InvariantCulture, out var papers) &&
            papers is >= Preferences.MinimumPapers and <= Preferences.MaximumPapers)
        {
            return papers;
        }

        errors.Add(("papers", $"Please give a number from {Preferences.MinimumPapers} to {Preferences.MaximumPapers}."));
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

        errors.Add(("paused_until", "Please give a day from tomorrow on and within a year, or leave it empty."));
        return null;
    }
}
