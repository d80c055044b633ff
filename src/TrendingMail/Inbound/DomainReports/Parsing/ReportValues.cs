using System.Globalization;
using System.Net;
using System.Text;

namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>Reads the values of reports as tolerantly as it is safe.</summary>
internal static class ReportValues
{
    private const int MaximumLength = 200;

    /// <summary>Unix time in milliseconds instead of seconds.</summary>
    private const long MinimumMilliseconds = 100_000_000_000;

    /// <summary>A text on one line, short and without control and format characters; null if nothing is left.</summary>
    public static string? CleanText(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var clean = new StringBuilder();
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, 5 * MaximumLength)).EnumerateRunes())
        {
            if (clean.Length >= MaximumLength)
            {
                break;
            }

            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
                    break;
                case UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator when clean.Length == 0 || clean[^1] == ' ':
                    break;
                case UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator:
                    clean.Append(' ');
                    break;
                default:
                    clean.Append(rune);
                    break;
            }
        }

        return clean.ToString().TrimEnd() is { Length: > 0 } result ? result : null;
    }

    /// <summary>An address in its usual form; null if the text is none.</summary>
    public static string? ParseAddress(string? text) =>
        text?.Trim() is { Length: > 2 and < 50 } address && address.AsSpan().ContainsAny('.', ':') &&
        !address.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(address, out var ip)
            ? (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString()
            : null;

    /// <summary>A number of messages or sessions; null if the text is none, or is absurd.</summary>
    public static long? ParseCount(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var count) && count <= ReportLimits.Count
            ? count
            : null;

    /// <summary>An instant as Unix time or ISO 8601; null if the text is none.</summary>
    public static DateTimeOffset? ParseInstant(string? text)
    {
        if (decimal.TryParse(
            text?.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var milliseconds = number >= MinimumMilliseconds ? number : number * 1000;
            return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
                : null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : null;
    }

    /// <summary>The period of a report.</summary>
    /// <exception cref="UnreadableReportException">The report has none.</exception>
    public static (DateTimeOffset Begin, DateTimeOffset End) ParsePeriod(string? begin, string? end)
    {
        if (ParseInstant(begin) is not { } from || ParseInstant(end) is not { } until)
        {
            throw new UnreadableReportException("it does not say what period it covers");
        }

        return from <= until
            ? (from, until)
            : throw new UnreadableReportException("its period ends before it begins");
    }
}
