using System.CommandLine;
using System.Globalization;
using TrendingMail.Papers;

namespace TrendingMail.Worker.Commands.Papers;

/// <summary><c>papers list</c>: a day's papers with their scores, optionally broken down.</summary>
internal static class PapersList
{
    private static readonly Option<bool> Explain = new("--explain") { Description = "Break down each score" };

    public static Command Create(Option<DateOnly?> date) => CommandRun.Verb(
        "list", "List a day's papers, best first (default: the newest day)", [date, Explain],
        run => ListAsync(run, date));

    private static async Task<int> ListAsync(CommandRun run, Option<DateOnly?> date)
    {
        var store = run.Get<PaperStore>();
        var day = run.Value(date) ?? await store.FindCurrentDayAsync(run.Stop);
        var ranked = await store.RankAsync(day, run.Stop);
        var explain = run.Value(Explain);
        run.Print(
            ranked.Select(r => new
            {
                r.Paper.ArxivId, r.Paper.Title, r.Paper.Authors, r.Score, r.Paper.Upvotes,
                r.Paper.Comments, r.Paper.Stars,
                r.Paper.ListedOn, r.Paper.Source, r.Paper.Edition, Explained = explain ? Parts(r.Trend) : null,
            }),
            ranked.Count == 0
                ? [$"No papers for {CommonOptions.FormatDate(day)}. Run 'papers fetch " +
                    $"--date {CommonOptions.FormatDate(day)}' or 'papers import FILE'."]
                : explain ? Breakdown(ranked) : ConsoleText.Table(["#", "score", "votes", "edition", "paper", "title"],
                    ranked.Select((r, i) => (string[])
                    [
                        Number(i + 1),
                        Points(r.Score),
                        Number(r.Paper.Upvotes),
                        r.Paper.Edition is { } edition ? Number(edition) : "-",
                        r.Paper.ArxivId ?? "-",
                        r.Paper.Title,
                    ])));
        return CommandRun.Done;
    }

    /// <summary>The contribution of each part, with its input in parentheses. The parts add up to the score.</summary>
    private static IEnumerable<string> Breakdown(IReadOnlyList<RankedPaper> ranked) => ConsoleText.Table(
        ["#", "score", "votes", "comments", "stars", "growth (votes, comments, stars)", "age", "paper", "title"],
        ranked.Select((r, i) => (string[])
        [
            Number(i + 1),
            Points(r.Score),
            $"{Points(r.Trend.Votes)} ({r.Trend.Counts.Upvotes})",
            $"{Points(r.Trend.Comments)} ({r.Trend.Counts.Comments})",
            $"{Points(r.Trend.Stars)} ({(r.Trend.Counts.Stars is { } stars ? Number(stars) : "unknown")})",
            $"{Points(r.Trend.Growth)} (+{r.Trend.Gains.Upvotes} +{r.Trend.Gains.Comments} +{r.Trend.Gains.Stars})",
            $"{Points(r.Trend.Age)} ({ConsoleText.Count(r.Trend.Days, "day")})",
            r.Paper.ArxivId ?? "-",
            r.Paper.Title,
        ]));

    private static object Parts(Trend trend) => new
    {
        Votes = new { Count = trend.Counts.Upvotes, Points = trend.Votes },
        Comments = new { Count = trend.Counts.Comments, Points = trend.Comments },
        Stars = new { Count = trend.Counts.Stars, Points = trend.Stars },
        Growth = new { trend.Gains.Upvotes, trend.Gains.Comments, trend.Gains.Stars, Points = trend.Growth },
        Age = new { trend.Days, Points = trend.Age },
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Points(double points) => points.ToString("0.00", CultureInfo.InvariantCulture);
}
