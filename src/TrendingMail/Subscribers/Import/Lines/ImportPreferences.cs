using System.Globalization;
using TrendingMail.Subscribers.Import.Columns;

namespace TrendingMail.Subscribers.Import.Lines;

/// <summary>Parses the preferences of a line. What is not readable is noted, and the default is used.</summary>
/// <param name="defaults">The preferences to use where the list specifies none.</param>
internal sealed class ImportPreferences(Preferences defaults, ImportLayout layout)
{
    private const int MaximumLanguageLength = 35;

    private const int MaximumTimeZoneLength = 64;

    private const int MaximumCachedTimeZones = 1_000;

    private readonly Dictionary<string, bool> knownTimeZones = [];

    /// <param name="notes">Receives what was not readable.</param>
    public Preferences Parse(ImportValues values, List<string> notes) => defaults with
    {
        Frequency = ParseEnum(ImportField.Frequency, defaults.Frequency, values, notes),
        Weekday = ParseEnum(ImportField.Weekday, defaults.Weekday, values, notes),
        SendAt = ParseSendAt(values[ImportField.SendAt], notes),
        TimeZone = ParseTimeZone(values[ImportField.TimeZone], notes),
        Papers = ParsePapers(values[ImportField.Papers], notes),
        Format = ParseEnum(ImportField.Format, defaults.Format, values, notes),
        Language = ParseLanguage(values[ImportField.Language], notes),
    };

    private static T ParseEnum<T>(ImportField field, T fallback, ImportValues values, List<string> notes)
        where T : struct, Enum
    {
        if (values[field] is not { } text)
        {
            return fallback;
        }

        if (ImportFault.TryParseEnum<T>(text, out var value))
        {
            return value;
        }

        notes.Add(ImportFault.Describe<T>(field, text));
        return fallback;
    }

    private TimeOnly ParseSendAt(string? text, List<string> notes)
    {
        if (text is null)
        {
            return defaults.SendAt;
        }

        if (TimeOnly.TryParseExact(
            text, ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return new TimeOnly(time.Hour, time.Minute);
        }

        notes.Add(ImportFault.Describe(ImportField.SendAt, text, "a time such as 07:30"));
        return defaults.SendAt;
    }

    private int ParsePapers(string? text, List<string> notes)
    {
        if (text is null)
        {
            return defaults.Papers;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var papers) &&
            papers is >= Preferences.MinimumPapers and <= Preferences.MaximumPapers)
        {
            return papers;
        }

        notes.Add(ImportFault.Describe(
            ImportField.Papers, text, $"{Preferences.MinimumPapers} to {Preferences.MaximumPapers}"));
        return defaults.Papers;
    }

    private string ParseLanguage(string? text, List<string> notes)
    {
        // A locale of POSIX, such as en_US, is a language tag but for the underscore.
        var tag = text?.Replace('_', '-');
        if (tag is null)
        {
            return defaults.Language;
        }

        if (tag.Length <= MaximumLanguageLength && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return tag;
        }

        notes.Add(ImportFault.Describe(ImportField.Language, text!, "a language tag such as en"));
        return defaults.Language;
    }

    private string ParseTimeZone(string? text, List<string> notes)
    {
        if (text is null)
        {
            return defaults.TimeZone;
        }

        // Mailchimp shows names of cities with a space.
        var name = layout.Name == ImportLayouts.Mailchimp ? text.Replace(' ', '_') : text;
        if (IsTimeZone(name))
        {
            return name;
        }

        notes.Add(ImportFault.Describe(ImportField.TimeZone, text, "an IANA name such as Europe/Berlin"));
        return defaults.TimeZone;
    }

    private bool IsTimeZone(string name)
    {
        if (!knownTimeZones.TryGetValue(name, out var isKnown))
        {
            isKnown = name.Length <= MaximumTimeZoneLength &&
                TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) &&
                (zone.HasIanaId || name.Contains('/', StringComparison.Ordinal) || name == "UTC");
            if (knownTimeZones.Count < MaximumCachedTimeZones)
            {
                knownTimeZones[name] = isKnown;
            }
        }

        return isKnown;
    }
}
