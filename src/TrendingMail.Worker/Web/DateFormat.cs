using System.Globalization;

namespace TrendingMail.Worker.Web;

/// <summary>Formats dates for URLs, feeds and structured data.</summary>
internal static class DateFormat
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");

    /// <summary>Such as 2026-11-23.</summary>
    public static string IsoDate(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Such as "Monday, 23 November 2026".</summary>
    public static string LongDate(DateOnly day) => day.ToString("dddd, d MMMM yyyy", English);
}
