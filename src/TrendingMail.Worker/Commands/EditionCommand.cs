using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery.Hold;
using TrendingMail.Diagnostics.Guard;
using TrendingMail.Editions;
using TrendingMail.Editions.Publishing;

namespace TrendingMail.Worker.Commands;

/// <summary><c>edition publish|show|list|release</c>: publishes, shows and releases editions.</summary>
internal static class EditionCommand
{
    private const int MaximumEditions = 60;

    private static readonly Option<DateOnly?> Date = CommonOptions.Date("Date of the edition");

    public static Command Create() => new("edition", "Publish, show and release editions")
    {
        CommandRun.Verb("publish", "Freeze and publish a day's papers (default: newest day due)", [Date], PublishAsync),
        CommandRun.Verb("show", "Show an edition (default: the newest)", [Date], ShowAsync),
        CommandRun.Verb("list", "List the newest editions", [], ListAsync),
        CommandRun.Verb(
            "release", "Let an edition's digests leave in spite of what holds them (default: the newest that wait)",
            [Date], ReleaseAsync),
    };

    /// <summary>The edition of a day, or the newest.</summary>
    /// <exception cref="TrendingMailException">There is none.</exception>
    public static async Task<Edition> FindAsync(CommandRun run, DateOnly? date) =>
        date is { } day
            ? await run.Get<EditionStore>().FindAsync(day, run.Stop) ?? throw new TrendingMailException(
                $"There is no edition of {CommonOptions.FormatDate(day)}. Run 'edition publish " +
                    $"--date {CommonOptions.FormatDate(day)}', " +
                "or 'edition list' to see the existing ones.")
            : await run.Get<EditionStore>().FindNewestAsync(run.Stop) ?? throw new TrendingMailException(
                "There is no edition yet. Run 'papers fetch' and then 'edition publish', or start the program.");

    /// <summary>Publishes the edition of a day, or returns the one already published.</summary>
    /// <exception cref="TrendingMailException">There are no unpublished papers for that day.</exception>
    public static async Task<(Edition Edition, bool IsNew)> PublishAsync(CommandRun run, DateOnly day) =>
        await PublishNowAsync(run, day) switch
        {
            PublishResult.Published published => (published.Edition, true),
            PublishResult.AlreadyPublished existing => (existing.Edition, false),
            var other => throw new InvalidOperationException($"Unexpected result {other}."),
        };

    /// <summary>Publishes, and prints any warning about the edition to standard error.</summary>
    private static async Task<PublishResult> PublishNowAsync(CommandRun run, DateOnly day)
    {
        var (result, warning) = await run.Get<EditionPublisher>().PublishNowAsync(day, run.Stop);
        if (result is PublishResult.Published && warning is not null)
        {
            await Console.Error.WriteLineAsync($"{warning.Subject}. {warning.Text}");
        }

        return result;
    }

    private static async Task<int> PublishAsync(CommandRun run)
    {
        var day = run.Value(Date) ?? run.Get<EditionPublisher>().DueDay;
        var (edition, isNew) = await PublishAsync(run, day);
        run.Print(
            new { edition.Number, edition.Day, edition.PublishedAt, Papers = edition.Papers.Count, IsNew = isNew },
            isNew
                ? $"Published edition {edition.Number} of {CommonOptions.FormatDate(day)} with " +
                    $"{ConsoleText.Count(edition.Papers.Count, "paper")}."
                : $"Edition {edition.Number} of {CommonOptions.FormatDate(day)} is already published; it was not " +
                    "changed.");
        return CommandRun.Done;
    }

    private static async Task<int> ShowAsync(CommandRun run)
    {
        var edition = await FindAsync(run, run.Value(Date));
        run.Print(edition,
        [
            $"Edition {edition.Number} of {CommonOptions.FormatDate(edition.Day)}, " +
                $"published {Instant(edition.PublishedAt)}" +
                (edition.Sample ? ", containing invented sample papers" : ""),
            .. ConsoleText.Table(["#", "score", "votes", "paper", "title"], edition.Papers.Select(p => (string[])
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
        var editions = await run.Get<EditionStore>().ListAsync(MaximumEditions, run.Stop);
        run.Print(editions, editions.Count == 0
            ? ["There is no edition yet."]
            : ConsoleText.Table(["number", "day", "papers", "published"], editions.Select(e => (string[])
            [
                e.Number.ToString(CultureInfo.InvariantCulture),
                CommonOptions.FormatDate(e.Day),
                e.Papers.ToString(CultureInfo.InvariantCulture),
                Instant(e.PublishedAt) + (e.Sample ? " (sample)" : ""),
            ])));
        return CommandRun.Done;
    }

    private static async Task<int> ReleaseAsync(CommandRun run)
    {
        // The newest edition may have been published since, and nobody be due for it yet.
        var edition = await FindAsync(
            run, run.Value(Date) ?? await run.Get<DigestHoldStore>().FindNewestWaitingDayAsync(run.Stop));
        var release = await run.Get<DigestGuard>().ReleaseAsync(edition.Day, run.Stop);
        var restored = await run.Get<HoldStore>().FindAsync(run.Stop);
        run.Print(
            new { release.Day, Released = release.Holds.Count > 0, InSpiteOf = release.Holds, release.Waiting },
            [
                .. release.Holds.Count == 0
                    ? ["No digest is held by a finding; nothing was released."]
                    : (string[])
                    [
                        $"Released the digests of {CommonOptions.FormatDate(release.Day)}; " +
                            $"{ConsoleText.Count(release.Waiting, "digest")} waiting. They leave in spite of:",
                        .. release.Holds.Select(hold => $"  {hold.Check}: {hold.Finding}"),
                        "Digests of other days stay held. Whoever is due later today still gets this one.",
                    ],
                .. restored is null ? [] : (string[])[restored.ToString()],
            ]);
        return CommandRun.Done;
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
