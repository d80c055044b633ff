using System.Globalization;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers;

/// <summary>A problem with a field of a form.</summary>
/// <param name="Field">The name of the field.</param>
/// <param name="Message">The explanation for the person who filled in the form.</param>
public sealed record FormError(string Field, string Message);

/// <summary>
/// The values of the preferences form as text, valid or not; see <see cref="PreferencesParser"/>.
/// </summary>
public sealed record PreferencesForm(
    string Frequency, string Weekday, string Time, string TimeZone, string Papers, string Format, string Language,
    string PausedUntil)
{
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

    /// <summary>Reads the form; missing fields are blank.</summary>
    public static PreferencesForm Read(Func<string, string?> field)
    {
        string Field(string name) => field(name)?.Trim() ?? "";
        return new PreferencesForm(
            Field("frequency"), Field("weekday"), Field("time"), Field("time_zone"), Field("papers"), Field("format"),
            Field("language"), Field("paused_until"));
    }

    /// <summary>The same form with the defaults in place of blank values.</summary>
    public PreferencesForm OrDefaults(PreferencesForm defaults)
    {
        static string Or(string value, string defaultValue) => value.Length > 0 ? value : defaultValue;
        return new PreferencesForm(
            Or(Frequency, defaults.Frequency), Or(Weekday, defaults.Weekday), Or(Time, defaults.Time),
            Or(TimeZone, defaults.TimeZone), Or(Papers, defaults.Papers), Or(Format, defaults.Format),
            Or(Language, defaults.Language), Or(PausedUntil, defaults.PausedUntil));
    }
}
