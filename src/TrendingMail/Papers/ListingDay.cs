using System.Globalization;
using TrendingMail.Papers.Identifiers;

namespace TrendingMail.Papers;

/// <summary>
/// Which days can be a paper's listing day. A date far off would be shown as the newest forever, or be published as an
/// edition of its own.
/// </summary>
public static class ListingDay
{
    /// <summary>No source lists papers of earlier days.</summary>
    private static readonly DateOnly First = new(1970, 1, 1);

    /// <summary>Why a paper cannot have been listed on a day; null if it can.</summary>
    /// <param name="arxivId">It encodes the month of the submission, which may end before the announcement.</param>
    public static string? FindFault(DateOnly day, string? arxivId, DateTimeOffset now)
    {
        if (FindFault(day, now) is { } fault)
        {
            return fault;
        }

        return arxivId is not null && ArxivId.MonthOfIdentifier(arxivId) is { } month && day <= month.AddMonths(-1)
            ? $"{Format(day)} is before the identifier's month" : null;
    }

    /// <summary>Why no paper can have been listed on a day; null if one can.</summary>
    public static string? FindFault(DateOnly day, DateTimeOffset now) =>
        day < First ? $"{Format(day)} is before {Format(First)}"
        : day > DateOnly.FromDateTime(now.UtcDateTime).AddDays(1) ? $"{Format(day)} lies in the future"
        : null;

    /// <exception cref="TrendingMailException">No paper can have been listed on the day.</exception>
    public static void Check(DateOnly day, string operation, DateTimeOffset now)
    {
        if (FindFault(day, now) is { } fault)
        {
            throw new TrendingMailException($"{operation}: {fault}. Use a day from {Format(First)} to tomorrow.");
        }
    }

    private static string Format(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
