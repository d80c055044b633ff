using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Rendering;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands;

/// <summary><c>subscribers add|show|pause|resume|unsubscribe|erase|revoke-links|import|export|count</c>: the list.</summary>
internal static class SubscribersCommand
{
    private static readonly Argument<EmailAddress> Email = Options.Email();

    private static readonly Option<bool> Confirmed = new("--confirmed")
    {
        Description = "The reader has consented elsewhere: ask for no confirmation",
    };

    private static readonly Option<DateOnly?> Until = new("--until")
    {
        Description = "The first day on which digests come again, as yyyy-MM-dd (in two weeks, unless given)",
        HelpName = "D",
        CustomParser = Options.ParseDay,
    };

    public static Command Create() => new("subscribers", "Look after the readers")
    {
        CommandRun.Verb("add", "Add a reader, who is asked to confirm", [Email, Confirmed], AddAsync),
        CommandRun.Verb("show", "Show a reader with the consent history", [Email], ShowAsync),
        CommandRun.Verb("pause", "Send a reader nothing until a day", [Email, Until], PauseAsync),
        CommandRun.Verb("resume", "End a reader's pause", [Email], ResumeAsync),
        CommandRun.Verb("unsubscribe", "End a reader's subscription", [Email], UnsubscribeAsync),
        CommandRun.Verb("erase", "Take out all that is known of a reader, but a keyed hash of the address", [Email], EraseAsync),
        CommandRun.Verb("revoke-links", "Make every link that was mailed to a reader worthless", [Email], RevokeLinksAsync),
        SubscribersImport.Create(),
        SubscribersExport.Create(),
        CommandRun.Verb("count", "Count the readers by state", [], CountAsync),
    };

    private static async Task<int> AddAsync(CommandRun run)
    {
        var address = run.Value(Email);
        var flow = run.Get<SignUpFlow>();
        var preferences = DefaultPreferences.Of(run.Get<DigestOptions>());
        if (!run.Value(Confirmed))
        {
            await flow.RequestAsync(address, preferences, Origin.Command, run.Stop);
        }
        else if (!await flow.AddConfirmedAsync(address, preferences, Origin.Command, run.Stop))
        {
            throw new TrendingMailException($"{address.Masked} has unsubscribed: only the reader can undo that, on the " +
                "web page or by confirming the mail that 'subscribers add' without --confirmed sends.");
        }

        var reader = (await run.Get<SubscriberStore>().FindAsync(address, run.Stop))!;
        run.Print(View(reader), reader.State == SubscriberState.Active
            ? $"{reader.Address} is active."
            : $"{reader.Address} is {reader.State.ToColumn()}; a confirmation mail is queued, which the running program sends.");
        return CommandRun.Done;
    }

    private static async Task<int> ShowAsync(CommandRun run)
    {
        var reader = await FindAsync(run);
        var history = await run.Get<SubscriberStore>().ConsentHistoryAsync(reader.Id, run.Stop);
        var interests = await run.Get<InterestStore>().ListAsync(reader.Id, run.Stop);
        var suppression = EmailAddress.TryParse(reader.Address, out var address, out _)
            ? await run.Get<SuppressionStore>().FindAsync(address, run.Stop) : null;
        run.Print(new
        {
            Subscriber = View(reader),
            Interests = interests.Select(i => new { i.Kind, i.Value, i.Weight }),
            Suppression = suppression,
            ConsentHistory = history,
        },
        [
            $"Address     {reader.Address}",
            $"State       {reader.State.ToColumn()}{(reader.PausedUntil is { } day ? $" until {Options.Text(day)}" : "")}",
            $"Digest      {ReaderModel.Schedule(reader.Preferences, run.Get<Templates>().Language(null))}, {reader.Preferences.Papers} papers, " +
                $"{reader.Preferences.Format.ToColumn()}",
            $"Next due    {(reader.NextDueAt is { } due ? Instant(due) : "-")}",
            .. suppression is null ? (IEnumerable<string>)[] :
                [$"Suppressed  {suppression.Reason.ToColumn()} since {Instant(suppression.SuppressedAt)}" +
                    $"{(suppression.Detail is null ? "" : $": {suppression.Detail}")}"],
            .. interests.Select((i, n) => string.Create(CultureInfo.InvariantCulture,
                $"{(n == 0 ? "Interests" : ""),-10}  {i.Weight,5:0.##}  {i.Kind.ToColumn()} {i.Value}")),
            "Consent",
            .. history.Select(e => $"  {Instant(e.At)}  {e.Kind.ToColumn()} by {e.Origin}{(e.Network is null ? "" : $" from {e.Network}")}"),
        ]);
        return CommandRun.Done;
    }

    private static async Task<int> PauseAsync(CommandRun run)
    {
        var until = run.Value(Until)
            ?? DateOnly.FromDateTime(run.Get<TimeProvider>().GetUtcNow().UtcDateTime).AddDays(14);
        return await PauseAsync(run, until);
    }

    private static Task<int> ResumeAsync(CommandRun run) => PauseAsync(run, null);

    private static async Task<int> PauseAsync(CommandRun run, DateOnly? until)
    {
        var reader = await FindAsync(run);
        if (await run.Get<SubscriberStore>().PauseAsync(reader.Id, until, run.Stop) is not { } due)
        {
            throw new TrendingMailException(
                $"{reader.MaskedAddress} is {reader.State.ToColumn()}: only who is subscribed can pause or resume.");
        }

        run.Print(View((await run.Get<SubscriberStore>().FindAsync(reader.Id, run.Stop))!),
            $"{reader.Address} {(until is null ? "is active" : "is paused")}; the next digest is due {Instant(due)}.");
        return CommandRun.Done;
    }

    private static async Task<int> EraseAsync(CommandRun run)
    {
        var reader = await FindAsync(run);
        await run.Get<ErasureFlow>().EraseAsync(reader.Id, run.Stop);
        run.Print(new { Erased = true },
            "Erased. A keyed hash keeps the address off later imports. Mail that was written to an outbox folder, and backups, " +
            "are not touched.");
        return CommandRun.Done;
    }

    private static async Task<int> RevokeLinksAsync(CommandRun run)
    {
        var reader = await FindAsync(run);
        await run.Get<SubscriberStore>().RevokeLinksAsync(reader.Id, run.Stop);
        run.Print(new { reader.Address, Revoked = true },
            $"No link that was mailed to {reader.Address} works any more; those in the next mail do.");
        return CommandRun.Done;
    }

    private static async Task<int> UnsubscribeAsync(CommandRun run)
    {
        var reader = await FindAsync(run);
        await run.Get<SignUpFlow>().UnsubscribeAsync(reader.Id, Origin.Command, run.Stop);
        run.Print(new { reader.Address, State = SubscriberState.Unsubscribed }, $"{reader.Address} is unsubscribed.");
        return CommandRun.Done;
    }

    private static async Task<int> CountAsync(CommandRun run)
    {
        var counts = await run.Get<SubscriberStore>().CountAsync(run.Stop);
        run.Print(counts.ToDictionary(c => c.Key.ToColumn(), c => c.Value),
            counts.Select(c => $"{c.Key.ToColumn(),-12} {c.Value,10}"));
        return CommandRun.Done;
    }

    private static async Task<Subscriber> FindAsync(CommandRun run) =>
        await run.Get<SubscriberStore>().FindAsync(run.Value(Email), run.Stop)
            ?? throw new TrendingMailException($"There is no reader {run.Value(Email)}. See 'subscribers count'.");

    private static object View(Subscriber reader) => new
    {
        reader.Address, reader.State, reader.Preferences.Frequency, reader.Preferences.Weekday, reader.Preferences.SendAt,
        reader.Preferences.TimeZone, reader.Preferences.Papers, reader.Preferences.Format, reader.PausedUntil,
        reader.Preferences.Language, reader.CreatedAt, reader.NextDueAt, reader.Suppression,
    };

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
