using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Hold;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Storage;

namespace TrendingMail.Worker.Commands.Digests;

/// <summary><c>digest status</c>: counts deliveries by mailing or recipient domain, once or continuously.</summary>
internal static class DigestStatus
{
    private const int MaximumMailings = 14;

    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private static readonly Option<DateOnly?> Date = CommonOptions.Date("Date of the edition");

    private static readonly Option<bool> Watch = new("--watch")
    {
        Description = "Report progress until nothing is queued or in flight",
    };

    private static readonly Option<bool> ByDomain = new("--domains")
    {
        Description = "Count by recipient domain, and list throttled domains and paused servers",
    };

    public static Command Create() =>
        CommandRun.Verb("status", "Count deliveries by outcome", [Date, Watch, ByDomain], RunAsync);

    private static Task<int> RunAsync(CommandRun run) =>
        run.Value(Watch) ? WatchAsync(run) : run.Value(ByDomain) ? DomainsAsync(run) : CountAsync(run);

    private static string? Key(CommandRun run) => run.Value(Date) is { } day ? CommonOptions.FormatDate(day) : null;

    private static async Task<int> CountAsync(CommandRun run)
    {
        var key = Key(run);
        var mailings = await run.Get<DeliveryQueue>().StatusAsync(key, MaximumMailings, run.Stop);
        var states = Enum.GetValues<DeliveryState>();
        var hold = await run.Get<HoldStore>().FindAsync(run.Stop);
        var warmUps = await run.Get<WarmUpReporter>().ListAsync(run.Stop);
        var digestHolds = await run.Get<DigestHoldStore>().ListAsync(run.Stop);
        var released = (await run.Get<DigestHoldStore>().ListReleasedAsync(run.Stop))
            .Select(CommonOptions.FormatDate).ToHashSet();
        run.Print(
            mailings.Select(object (m) => new
            {
                m.Kind, Day = m.Key, Counts = states.ToDictionary(s => s.ToColumn(), s => m[s]),
                HeldBy = released.Contains(m.Key) ? [] : digestHolds.Select(held => held.Check).ToArray(),
            }).Concat(warmUps.Select(ToJson)),
            [
                .. hold is null ? [] : (string[])[hold.ToString()],
                .. digestHolds.Select(held => held.ToString()),
                .. digestHolds.Count == 0 ? [] : mailings.Select(m => m.Key).Distinct().Where(released.Contains)
                    .Select(day => $"The digests of {day} are released and leave all the same."),
                .. mailings.Count == 0
                ? [$"No digest{(key is null ? "" : $" of {key}")} has been queued yet."]
                : ConsoleText.Table(
                    ["day", "kind", .. states.Select(s => s.ToColumn())], mailings.Select(m => (string[])
                [
                    m.Key, m.Kind,
                    .. states.Select(s => Number(m[s])),
                ])),
                .. warmUps.Select(warmUp => warmUp.ToString()),
            ]);
        return CommandRun.Done;
    }

    private static async Task<int> WatchAsync(CommandRun run)
    {
        var queue = run.Get<DeliveryQueue>();
        var clock = run.Get<TimeProvider>();
        var status = await queue.TotalsAsync(Key(run), run.Stop);
        var progress = new DeliveryProgress(status, clock.GetUtcNow());
        var isLive = !run.WantsJson && !Console.IsOutputRedirected;
        while (true)
        {
            run.PrintEach(
                new
                {
                    At = clock.GetUtcNow(), progress.Sent, progress.Rate, progress.Deferred, progress.Failed,
                    progress.Skipped,
                    progress.Uncertain, progress.Remaining, LeftSeconds = progress.TimeLeft?.TotalSeconds,
                },
                isLive ? [] : [progress.ToString()]);
            if (isLive)
            {
                run.PrintRaw($"\r{progress,-78}");
            }

            if (progress.Remaining == 0)
            {
                run.PrintRaw(isLive ? Environment.NewLine : "");
                return CommandRun.Done;
            }

            await Task.Delay(WatchInterval, run.Stop);
            progress.Update(await queue.TotalsAsync(Key(run), run.Stop), clock.GetUtcNow());
        }
    }

    private static async Task<int> DomainsAsync(CommandRun run)
    {
        var report = await run.Get<DomainReporter>().CreateAsync(run.Value(Date), run.Stop);
        var warmUps = await run.Get<WarmUpReporter>().ListAsync(run.Stop);
        run.Print(
            new
            {
                report.Day, report.Domains, Held = report.Throttled, report.Limits, HeldServers = report.PausedServers,
                WarmUps = warmUps.Select(ToJson),
            },
            [
                .. Lines(report),
                .. report.Limits.Select(limit =>
                    $"{limit.Domain} is limited to {limit.MaxPerMinute} messages a minute (Delivery:Domains)."),
                .. report.Throttled.Select(Line),
                .. report.PausedServers.Select(server => string.Create(CultureInfo.InvariantCulture,
                    $"{server.Server} is paused until {server.PausedUntil:yyyy-MM-dd HH:mm} UTC: {server.Reply}")),
                .. warmUps.Select(warmUp => warmUp.ToString()),
            ]);
        return CommandRun.Done;
    }

    private static IEnumerable<string> Lines(DomainReport report) => report.Domains.Count == 0
        ? [$"No digest{(report.Day is null ? "" : $" of {report.Day}")} has been queued yet."]
        : ConsoleText.Table(
            [$"domain ({report.Day})", "waiting", "sent", "deferred", "failed", "skipped", "uncertain"],
            report.Domains.Select(d => (string[])
            [
                d.Domain, Number(d.Waiting), Number(d.Sent), Number(d.Deferred), Number(d.Failed), Number(d.Skipped),
                Number(d.Uncertain),
            ]));

    private static string Line(ThrottledDomain domain) => string.Create(CultureInfo.InvariantCulture,
        $"{domain.Domain} is {(domain.PausedUntil is { } until
            ? $"paused until {until:yyyy-MM-dd HH:mm} UTC"
            : $"throttled to {domain.Rate:0.#} messages a second")}: {domain.Reply}");

    private static object ToJson(WarmUpStatus warmUp) => new
    {
        Kind = "warm_up", warmUp.Day, warmUp.Server, warmUp.Number, warmUp.Days, warmUp.FirstDay, warmUp.Cap,
        warmUp.Used, warmUp.Digests, warmUp.Notices, warmUp.Postponed, warmUp.Expired, FullDomains = warmUp.Domains,
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
