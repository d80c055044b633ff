using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery.Hold;
using TrendingMail.Digests.Planning;
using TrendingMail.Inbound;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;

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
        var history = await run.Get<SubscriberTrace>().LoadAsync(address, run.Value(Date), run.Stop)
            ?? throw new TrendingMailException($"There is no subscriber {address}. See 'subscribers export'.");
        var next = await run.Get<NextDigest>().ExplainAsync(history.Subscriber, run.Stop);
        var holds = await run.Get<DigestHoldStore>().ListAsync(run.Stop);
        run.Print(
            new
            {
                history.Subscriber.Address, history.Subscriber.State, history.Suppression,
                BounceDays = history.Score?.Days ?? 0, Next = next,
                HeldBy = holds.Select(hold => hold.Check), history.Entries,
            },
            [.. Lines(history), next, .. holds.Select(hold => hold.ToString())]);
        return CommandRun.Done;
    }

    private static IEnumerable<string> Lines(MailHistory history)
    {
        var address = history.Subscriber.Address;
        yield return $"{address} is {history.Subscriber.State.ToColumn()}.";
        if (history.Suppression is { } suppression)
        {
            yield return $"Suppressed since {Instant(suppression.SuppressedAt)}: {suppression.Reason.ToColumn()}, " +
                $"{suppression.Detail}. Run 'suppressions remove {address}' to lift the suppression.";
        }

        if (history.Score is { } score)
        {
            yield return $"Bounced on {ConsoleText.Count(score.Days, "day")}, last at {Instant(score.BouncedAt)}.";
        }

        foreach (var entry in history.Entries)
        {
            yield return $"{Instant(entry.At)}  {entry.What}{(entry.Detail.Length > 0 ? $"  ({entry.Detail})" : "")}";
        }
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
