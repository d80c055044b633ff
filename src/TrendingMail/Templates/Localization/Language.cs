using System.Globalization;
using System.Text;

namespace TrendingMail.Templates.Localization;

/// <summary>
/// The messages of one language and its date and number formats: the file <c>languages/TAG.json</c> in the template
/// folder.
/// </summary>
public sealed class Language
{
    /// <summary>The fallback when a language, or a message of a language, is missing.</summary>
    public const string Default = "en";

    private readonly LanguageFile file;

    private readonly Language? fallback;

    internal Language(string tag, LanguageFile file, Language? fallback)
    {
        Tag = tag;
        this.file = file;
        this.fallback = fallback;
        Culture = CultureInfo.GetCultureInfo(file.Culture);
    }

    /// <summary>A BCP 47 tag such as <c>de</c>; the value of the mail's <c>lang</c> attribute.</summary>
    public string Tag { get; }

    /// <summary>The language's native name.</summary>
    public string Name => file.Name;

    /// <summary>The culture for numbers and for the names of days and months.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The writing direction: <c>rtl</c> or <c>ltr</c>.</summary>
    public string Direction => Culture.TextInfo.IsRightToLeft ? "rtl" : "ltr";

    /// <summary>The keys of all messages.</summary>
    public IEnumerable<string> Keys => file.Messages.Keys;

    /// <summary>
    /// Returns a message with its <c>{name}</c> placeholders replaced. The value named <c>count</c> selects the plural
    /// form; integers are formatted by the language's rules.
    /// </summary>
    /// <exception cref="TrendingMailException">
    /// There is no such message, or one of its placeholders has no value.
    /// </exception>
    public string Text(string key, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var localizedMessage = Find(key) ?? throw new TrendingMailException(
            $"there is no message '{key}' in languages/{Tag}.json, nor in languages/{Default}.json");
        long? count = null;
        foreach (var (name, value) in values)
        {
            count = name == "count" ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : count;
        }

        return ReplacePlaceholders(key, localizedMessage.GetForm(Tag, count), values);
    }

    /// <summary>Translates what the program says in English; unchanged where the language has no translation.</summary>
    public string Sentence(string english) => file.Sentences.GetValueOrDefault(english, english);

    /// <summary>A length of time in whole hours or, from three days on, in days: "48 hours", "30 days".</summary>
    public string FormatDuration(TimeSpan duration) => duration.TotalDays > 2
        ? Text("format.days", ("count", (int)duration.TotalDays))
        : Text("format.hours", ("count", (int)duration.TotalHours));

    /// <summary>A date without weekday.</summary>
    public string FormatDay(DateOnly day) => day.ToString(Text("format.plain_day"), Culture);

    /// <summary>A month with its year.</summary>
    public string FormatMonth(DateOnly day) => day.ToString(Text("format.month"), Culture);

    /// <summary>A time of day in UTC.</summary>
    public string FormatTime(DateTimeOffset instant) => instant.UtcDateTime.ToString(Text("format.time"), Culture);

    /// <summary>A long date with weekday and year.</summary>
    public string FormatDate(DateOnly day) => day.ToString(Text("format.day"), Culture);

    /// <summary>A long date without the year.</summary>
    public string FormatShortDate(DateOnly day) => day.ToString(Text("format.short_day"), Culture);

    /// <summary>A date and time to the minute, in UTC.</summary>
    public string FormatInstant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(Text("format.instant"), Culture);

    public string WeekdayName(DayOfWeek day) => Culture.DateTimeFormat.GetDayName(day);

    /// <summary>Joins items into a list: "one, two and three".</summary>
    public string JoinList(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => Text("format.list", ("first", string.Join(", ", items.Take(items.Count - 1))), ("last", items[^1])),
    };

    private LocalizedMessage? Find(string key) => file.Messages.GetValueOrDefault(key) ?? fallback?.Find(key);

    private string ReplacePlaceholders(string key, string text, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!text.Contains('{', StringComparison.Ordinal))
        {
            return text;
        }

        var filled = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            var close = open < 0 ? -1 : text.IndexOf('}', open);
            if (close < 0)
            {
                filled.Append(text, at, text.Length - at);
                break;
            }

            filled.Append(text, at, open - at).Append(FormatValue(key, text[(open + 1)..close], values));
            at = close + 1;
        }

        return filled.ToString();
    }

    private string FormatValue(string key, string name, ReadOnlySpan<(string Name, object? Value)> values)
    {
        foreach (var (given, value) in values)
        {
            if (given == name)
            {
                return value is int or long
                    ? string.Create(Culture, $"{value:N0}")
                    : Convert.ToString(value, Culture) ?? "";
            }
        }

        throw new TrendingMailException($"message '{key}' of languages/{Tag}.json needs a value for {{{name}}}");
    }
}
