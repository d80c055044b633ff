using System.Globalization;
using System.Text;

namespace TrendingMail.Rendering.Languages;

/// <summary>
/// The messages of one language, and how it writes days and numbers: a file <c>languages/TAG.json</c> beside the
/// templates.
/// </summary>
public sealed class Language
{
    /// <summary>What a reader gets whose language is not there, and where a language lacks a message.</summary>
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

    /// <summary>BCP 47, such as <c>de</c>; stands in the mail's <c>lang</c>.</summary>
    public string Tag { get; }

    /// <summary>The language by its own name.</summary>
    public string Name => file.Name;

    /// <summary>For numbers, and for the names of days and months.</summary>
    public CultureInfo Culture { get; }

    /// <summary>Right to left, or <c>ltr</c>.</summary>
    public string Direction => Culture.TextInfo.IsRightToLeft ? "rtl" : "ltr";

    /// <summary>Every message's key.</summary>
    public IEnumerable<string> Keys => file.Messages.Keys;

    /// <summary>
    /// A message with its <c>{names}</c> replaced. A message with plural forms goes by the value named <c>count</c>;
    /// whole numbers are written as the language writes them.
    /// </summary>
    /// <exception cref="TrendingMailException">There is no such message, or it wants a value that is not given.</exception>
    public string Text(string key, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var message = Find(key) ?? throw new TrendingMailException(
            $"there is no message '{key}' in languages/{Tag}.json, nor in languages/{Default}.json");
        long? count = null;
        foreach (var (name, value) in values)
        {
            count = name == "count" ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : count;
        }

        return Fill(key, message.For(Tag, count), values);
    }

    /// <summary>A day in words, with its weekday and year.</summary>
    public string Day(DateOnly day) => day.ToString(Text("format.day"), Culture);

    /// <summary>A day in words, without its year.</summary>
    public string ShortDay(DateOnly day) => day.ToString(Text("format.short_day"), Culture);

    /// <summary>An instant to the minute, in UTC.</summary>
    public string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString(Text("format.instant"), Culture);

    public string Weekday(DayOfWeek day) => Culture.DateTimeFormat.GetDayName(day);

    /// <summary>Several things as one: "one, two and three".</summary>
    public string List(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => Text("format.list", ("first", string.Join(", ", items.Take(items.Count - 1))), ("last", items[^1])),
    };

    private Message? Find(string key) => file.Messages.GetValueOrDefault(key) ?? fallback?.Find(key);

    private string Fill(string key, string text, ReadOnlySpan<(string Name, object? Value)> values)
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

            filled.Append(text, at, open - at).Append(Value(key, text[(open + 1)..close], values));
            at = close + 1;
        }

        return filled.ToString();
    }

    private string Value(string key, string name, ReadOnlySpan<(string Name, object? Value)> values)
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

        throw new TrendingMailException($"message '{key}' of languages/{Tag}.json wants {{{name}}}, which is not given");
    }
}
