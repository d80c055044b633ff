using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Storage;

namespace TrendingMail.Worker.Commands;

/// <summary><c>digest status</c>: how deliveries stand, by mailing, by recipient domain, or while they go on.</summary>
internal static class DigestStatus
{
    private const int Mailings = 14;

    private const int Domains = 50;

    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private static readonly Option<DateOnly?> Date = Options.Date("The edition's day");

    private static readonly Option<bool> Watch = new("--watch")
    {
        Description = "Tell how it comes on, until nothing is queued or in flight any more",
    };

    private static readonly Option<bool> ByDomain = new("--domains")
    {
        Description = "Count by recipient domain, and tell which are held back",
    };

    public static Command Create() =>
        CommandRun.Verb("status", "Count deliveries by outcome", [Date, Watch, ByDomain], RunAsync);

    private static Task<int> RunAsync(CommandRun run) =>
        run.Value(Watch) ? WatchAsync(run) : run.Value(ByDomain) ? DomainsAsync(run) : CountAsync(run);

    private static string? Key(CommandRun run) => run.Value(Date) is { } day ? Options.Text(day) : null;

    private static async Task<int> CountAsync(CommandRun run)
    {
        var key = Key(run);
        var mailings = await run.Get<Ledger>().StatusAsync(key, Mailings, run.Stop);
        var states = Enum.GetValues<DeliveryState>();
        run.Print(
            mailings.Select(m => new
            {
                m.Kind, Day = m.Key, Counts = states.ToDictionary(s => s.ToColumn(), s => m[s]),
            }),
            mailings.Count == 0
                ? [$"No digest{(key is null ? "" : $" of {key}")} was queued yet."]
                : Columns.Of(["day", "kind", .. states.Select(s => s.ToColumn())], mailings.Select(m => (string[])
                [
                    m.Key, m.Kind,
                    .. states.Select(s => Number(m[s])),
                ])));
        return CommandRun.Done;
    }

    private static async Task<int> WatchAsync(CommandRun run)
    {
        var ledger = run.Get<Ledger>();
        var clock = run.Get<TimeProvider>();
        var status = await ledger.TotalsAsync(Key(run), run.Stop);
        var progress = new DeliveryProgress(status, clock.GetUtcNow());
        var isLive = !run.WantsJson && !Console.IsOutputRedirected;
        while (true)
        {
            run.PrintEach(
                new
                {
                    At = clock.GetUtcNow(), progress.Sent, progress.Rate, progress.Deferred, progress.Failed, progress.Skipped,
                    progress.Uncertain, progress.Remaining, LeftSeconds = progress.Left?.TotalSeconds,
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
            progress.Look(await ledger.TotalsAsync(Key(run), run.Stop), clock.GetUtcNow());
        }
    }

    private static async Task<int> DomainsAsync(CommandRun run)
    {
        var book = run.Get<DomainBook>();
        var newest = await run.Get<Ledger>().StatusAsync(null, 1, run.Stop);
        var key = Key(run) ?? (newest.Count > 0 ? newest[0].Key : null);
        var domains = key is null ? [] : await book.StatusAsync(key, Domains, run.Stop);
        var held = await book.HeldAsync(run.Stop);
        var servers = await book.HeldServersAsync(run.Stop);
        var limits = run.Get<DeliveryOptions>().Domains;
        run.Print(
            new { Day = key, Domains = domains, Held = held, Limits = limits, HeldServers = servers },
            [
                .. domains.Count == 0 ? [$"No digest{(key is null ? "" : $" of {key}")} was queued yet."] : Columns.Of(
                    [$"domain ({key})", "waiting", "sent", "deferred", "failed", "skipped", "uncertain"],
                    domains.Select(d => (string[])
                    [
                        d.Domain, Number(d.Waiting), Number(d.Sent), Number(d.Deferred), Number(d.Failed), Number(d.Skipped),
                        Number(d.Uncertain),
                    ])),
                .. limits.Select(limit => $"{limit.Domain} gets {limit.MaxPerMinute} a minute at most (Delivery:Domains)."),
                .. held.Select(Line),
                .. servers.Select(server => string.Create(CultureInfo.InvariantCulture,
                    $"{server.Server} gets no mail until {server.RestsUntil:yyyy-MM-dd HH:mm} UTC since it said: {server.Reply}")),
            ]);
        return CommandRun.Done;
    }

    private static string Line(HeldDomain held) => string.Create(CultureInfo.InvariantCulture,
        $"{held.Domain} {(held.RestsUntil is { } until ? $"gets no mail until {until:yyyy-MM-dd HH:mm} UTC" : $"gets {held.Rate:0.#} a second")}") +
        $" since it said: {held.Reply}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
