using System.CommandLine;
using System.Globalization;
using TrendingMail.Inbound;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Worker.Commands.Digests;

/// <summary><c>digest trace</c>: the delivery history of one subscriber.</summary>
internal static class DigestTrace
{
    private static readonly Argument<EmailAddress> Email = CommonOptions.Email();

    private static readonly Option<DateOnly?> Date = CommonOptions.Date("Only mail of this date");

    public static Command Create() =>
        CommandRun.Verb("trace", "Show everything that happened to one subscriber's mail", [Email, Date], TraceAsync);

    private static async Task<int> TraceAsync(CommandRun run)
    {
        var address = run.Value(Email);
        var subscriber = await run.Get<SubscriberStore>().FindAsync(address, run.Stop)
            ?? throw new TrendingMailException($"There is no subscriber {address}. See 'subscribers export'.");
        var entries = await run.Get<SubscriberTrace>().LoadAsync(
            subscriber.Id, run.Value(Date) is { } day ? CommonOptions.FormatDate(day) : null, run.Stop);
        var suppression = await run.Get<SuppressionStore>().FindAsync(address, run.Stop);
        var score = await run.Get<Database>().ReadAsync(session => InboundStore.FindScoreAsync(session, subscriber.Id), run.Stop);
        run.Print(
            new { subscriber.Address, subscriber.State, Suppression = suppression, BounceDays = score?.Days ?? 0, Entries = entries },
            [
                $"{subscriber.Address} is {subscriber.State.ToColumn()}.",
                .. suppression is null ? [] : (string[])
                    [$"Suppressed since {Instant(suppression.SuppressedAt)}: {suppression.Reason.ToColumn()}, " +
                        $"{suppression.Detail}. Run 'suppressions remove {address}' to lift the suppression."],
                .. score is null ? [] : (string[])
                    [$"Bounced on {ConsoleText.Count(score.Days, "day")}, last at {Instant(score.BouncedAt)}."],
                .. entries.Select(entry => $"{Instant(entry.At)}  {entry.What}{(entry.Detail.Length > 0 ? $"  ({entry.Detail})" : "")}"),
            ]);
        return CommandRun.Done;
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
