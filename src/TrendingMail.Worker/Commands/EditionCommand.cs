using System.CommandLine;
using System.Globalization;
using TrendingMail.Editions;

namespace TrendingMail.Worker.Commands;

/// <summary><c>edition publish|show|list</c>: freeze a day, look.</summary>
internal static class EditionCommand
{
    private const int ListLength = 60;

    private static readonly Option<DateOnly?> Date = Options.Date("The edition's day");

    public static Command Create() => new("edition", "Publish editions and look at them")
    {
        CommandRun.Verb("publish", "Freeze a day's papers (the newest due day, unless --date)", [Date], PublishAsync),
        CommandRun.Verb("show", "Show an edition (the newest, unless --date)", [Date], ShowAsync),
        CommandRun.Verb("list", "List the newest editions", [], ListAsync),
    };

    /// <summary>The edition of a day, or the newest.</summary>
    /// <exception cref="TrendingMailException">There is none.</exception>
    public static async Task<Edition> FindAsync(CommandRun run, DateOnly? date) =>
        date is { } day
            ? await run.Get<EditionStore>().FindAsync(day, run.Stop) ?? throw new TrendingMailException(
                $"There is no edition of {Options.Text(day)}. Run 'edition publish --date {Options.Text(day)}', " +
                "or 'edition list' to see which there are.")
            : await run.Get<EditionStore>().NewestAsync(run.Stop) ?? throw new TrendingMailException(
                "There is no edition yet. Run 'papers fetch' and then 'edition publish', or start the program.");

    /// <summary>Publishes a day, or finds it published.</summary>
    /// <exception cref="TrendingMailException">No paper of that day waits for an edition.</exception>
    public static async Task<(Edition Edition, bool IsNew)> PublishAsync(CommandRun run, DateOnly day) =>
        await PublishNowAsync(run, day) switch
        {
            PublishResult.Published published => (published.Edition, true),
            PublishResult.AlreadyPublished before => (before.Edition, false),
            _ => throw new TrendingMailException($"Cannot publish edition {Options.Text(day)}: no paper of that day waits " +
                $"for an edition. Run 'papers fetch --date {Options.Text(day)}' or 'papers import FILE' first."),
        };

    /// <summary>Publishes, and tells on standard error what is wrong with the edition.</summary>
    private static async Task<PublishResult> PublishNowAsync(CommandRun run, DateOnly day)
    {
        var (result, warning) = await run.Get<EditionDesk>().PublishNowAsync(day, run.Stop);
        if (result is PublishResult.Published && warning is not null)
        {
            await Console.Error.WriteLineAsync($"{warning.Subject}. {warning.Text}");
        }

        return result;
    }

    private static async Task<int> PublishAsync(CommandRun run)
    {
        var options = run.Get<DigestOptions>();
        var day = run.Value(Date) ??
            EditionCalendar.DueDay(run.Get<TimeProvider>().GetUtcNow(), options.PublishAt, options.Zone);
        var (edition, isNew) = await PublishAsync(run, day);
        run.Print(
            new { edition.Number, edition.Day, edition.PublishedAt, Papers = edition.Papers.Count, IsNew = isNew },
            isNew
                ? $"Published edition {edition.Number} of {Options.Text(day)} with {Columns.Count(edition.Papers.Count, "paper")}."
                : $"Edition {edition.Number} of {Options.Text(day)} was published before; it stays as it is.");
        return CommandRun.Done;
    }

    private static async Task<int> ShowAsync(CommandRun run)
    {
        var edition = await FindAsync(run, run.Value(Date));
        run.Print(edition,
        [
            $"Edition {edition.Number} of {Options.Text(edition.Day)}, published {Instant(edition.PublishedAt)}" +
                (edition.Sample ? ", made of invented sample papers" : ""),
            .. Columns.Of(["#", "score", "votes", "paper", "title"], edition.Papers.Select(p => (string[])
            [
                p.Rank.ToString(CultureInfo.InvariantCulture),
                p.Score.ToString("0.00", CultureInfo.InvariantCulture),
                p.Paper.Upvotes.ToString(CultureInfo.InvariantCulture),
                p.Paper.ArxivId ?? "-",
                p.Paper.Title,
            ])),
        ]);
        return CommandRun.Done;
    }

    private static async Task<int> ListAsync(CommandRun run)
    {
        var editions = await run.Get<EditionStore>().ListAsync(ListLength, run.Stop);
        run.Print(editions, editions.Count == 0
            ? ["There is no edition yet."]
            : Columns.Of(["number", "day", "papers", "published"], editions.Select(e => (string[])
            [
                e.Number.ToString(CultureInfo.InvariantCulture),
                Options.Text(e.Day),
                e.Papers.ToString(CultureInfo.InvariantCulture),
                Instant(e.PublishedAt) + (e.Sample ? " (sample)" : ""),
            ])));
        return CommandRun.Done;
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
