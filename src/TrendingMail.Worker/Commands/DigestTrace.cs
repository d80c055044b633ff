using System.CommandLine;
using System.Globalization;
using TrendingMail.Inbound;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands;

/// <summary><c>digest trace</c>: everything that happened to one reader's mail.</summary>
internal static class DigestTrace
{
    private static readonly Argument<EmailAddress> Email = Options.Email();

    private static readonly Option<DateOnly?> Date = Options.Date("Only that day's mails");

    public static Command Create() =>
        CommandRun.Verb("trace", "Tell everything that happened to one reader's mail", [Email, Date], TraceAsync);

    private static async Task<int> TraceAsync(CommandRun run)
    {
        var address = run.Value(Email);
        var reader = await run.Get<SubscriberStore>().FindAsync(address, run.Stop)
            ?? throw new TrendingMailException($"There is no reader {address}. See 'subscribers count'.");
        var entries = await run.Get<ReaderTrace>().OfAsync(
            reader.Id, run.Value(Date) is { } day ? Options.Text(day) : null, run.Stop);
        var suppression = await run.Get<SuppressionStore>().FindAsync(address, run.Stop);
        var score = await run.Get<Database>().ReadAsync(session => InboundBook.ScoreOfAsync(session, reader.Id), run.Stop);
        run.Print(
            new { reader.Address, reader.State, Suppression = suppression, BounceDays = score?.Days ?? 0, Entries = entries },
            [
                $"{reader.Address} is {reader.State.ToColumn()}.",
                .. suppression is null ? [] : (string[])
                    [$"No mail goes to this address since {Instant(suppression.SuppressedAt)}: " +
                        $"{suppression.Reason.ToColumn()}, {suppression.Detail}. 'suppressions remove {address}' lifts that."],
                .. score is null ? [] : (string[])[$"Mail came back on {Columns.Count(score.Days, "day")}, last at {Instant(score.BouncedAt)}."],
                .. entries.Select(entry => $"{Instant(entry.At)}  {entry.What}{(entry.Detail.Length > 0 ? $"  ({entry.Detail})" : "")}"),
            ]);
        return CommandRun.Done;
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
