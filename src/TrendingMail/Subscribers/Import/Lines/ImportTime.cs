using System.Globalization;
using System.Text.RegularExpressions;

namespace TrendingMail.Subscribers.Import.Lines;

/// <summary>
/// Parses times as lists write them: ISO 8601, PostgreSQL and Go in any zone, Unix time. A day and a month that may be
/// meant either way round, such as 05/06/2021, are not guessed.
/// </summary>
internal static partial class ImportTime
{
    private const long FirstUnixSeconds = 100_000_000;

    private const long FirstUnixMilliseconds = 100_000_000_000;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:sszz",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFzz", "yyyy-MM-dd'T'HH:mmK", "yyyy/MM/dd", "yyyy/MM/dd HH:mm:ss", "dd.MM.yyyy",
        "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss", "d MMM yyyy", "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    ];

    /// <param name="formats">More formats, which are tried first.</param>
    public static DateTimeOffset? TryParse(string text, string[] formats)
    {
        if (text is { Length: > 20 } && text[10] == ' ' && GoTime().Match(text) is { Success: true } go)
        {
            text = go.Result("${time}${fraction}${hours}:${minutes}");
        }
        else if (text.EndsWith(" UTC", StringComparison.Ordinal))
        {
            text = text[..^4];
        }

        return (formats.Length > 0 && TryParseExact(text, formats, out var instant)) ||
            TryParseExact(text, Formats, out instant)
            ? instant.ToUniversalTime()
            : ParseUnix(text);
    }

    private static bool TryParseExact(string text, string[] formats, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(
        text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);

    private static DateTimeOffset? ParseUnix(string text) =>
        !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? null : number switch
        {
            >= FirstUnixMilliseconds and < FirstUnixMilliseconds * 100 =>
                DateTimeOffset.FromUnixTimeMilliseconds(number),
            >= FirstUnixSeconds and < FirstUnixMilliseconds => DateTimeOffset.FromUnixTimeSeconds(number),
            _ => null,
        };

    /// <summary>
    /// Go's default format: up to nine digits of a second, an offset, and an abbreviation that says nothing more.
    /// </summary>
    [GeneratedRegex(@"^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?<fraction>(\.\d{1,7})?)\d* " +
        @"(?<hours>[+-]\d\d):?(?<minutes>\d\d)( \S{1,10})?( m=\S+)?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex GoTime();
}
