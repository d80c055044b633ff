using System.CommandLine;
using System.Globalization;
using TrendingMail.Editions;
using TrendingMail.Messages;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Commands.Subscribers;

/// <summary>
/// <c>subscribers add|show|pause|resume|unsubscribe|erase|revoke-links|import|export|count</c>: manages subscribers.
/// </summary>
internal static class SubscribersCommand
{
    private static readonly Argument<EmailAddress> Email = CommonOptions.Email();

    private static readonly Option<bool> Confirmed = new("--confirmed")
    {
        Description = "The subscriber has already consented elsewhere; send no confirmation request",
    };

    private static readonly Option<DateOnly?> Until = new("--until")
    {
        Description = "First day on which digests are sent again (yyyy-MM-dd; default: in two weeks)",
        HelpName = "DATE",
        CustomParser = CommonOptions.ParseDate,
    };

    public static Command Create() => new("subscribers", "Manage subscribers")
    {
        CommandRun.Verb("add", "Add a subscriber, who is asked to confirm by mail", [Email, Confirmed], AddAsync),
        CommandRun.Verb("show", "Show a subscriber, including the consent history", [Email], ShowAsync),
        CommandRun.Verb("pause", "Pause mail to a subscriber until a date", [Email, Until], PauseAsync),
        CommandRun.Verb("resume", "Resume mail to a paused subscriber", [Email], ResumeAsync),
        CommandRun.Verb("unsubscribe", "Unsubscribe a subscriber", [Email], UnsubscribeAsync),
        CommandRun.Verb("erase", "Erase a subscriber's data, except a keyed hash of the address", [Email], EraseAsync),
        CommandRun.Verb("revoke-links", "Revoke every link mailed to a subscriber so far", [Email], RevokeLinksAsync),
        SubscribersImport.Create(),
        SubscribersExport.Create(),
        CommandRun.Verb("count", "Count subscribers by state", [], CountAsync),
    };

    private static async Task<int> AddAsync(CommandRun run)
    {
        var address = run.Value(Email);
        var flow = run.Get<SignUpFlow>();
        var preferences = DefaultPreferences.From(run.Get<DigestOptions>());
        if (!run.Value(Confirmed))
        {
            await flow.RequestAsync(address, preferences, ConsentOrigin.Command, run.Stop);
        }
        else if (!await flow.AddConfirmedAsync(address, preferences, ConsentOrigin.Command, run.Stop))
        {
            throw new TrendingMailException($"{address.Masked} has unsubscribed. Only the subscriber can undo that, " +
                "on the web page or by confirming the mail sent by 'subscribers add' without --confirmed.");
        }

        var subscriber = (await run.Get<SubscriberStore>().FindAsync(address, run.Stop))!;
        run.Print(View(subscriber), subscriber.State == SubscriberState.Active
            ? $"{subscriber.Address} is active."
            : $"{subscriber.Address} is {subscriber.State.ToColumn()}; a confirmation mail is queued for the running program.");
        return CommandRun.Done;
    }

    private static async Task<int> ShowAsync(CommandRun run)
    {
        var subscriber = await FindAsync(run);
        var history = await run.Get<SubscriberStore>().ListConsentEventsAsync(subscriber.Id, run.Stop);
        var interests = await run.Get<InterestStore>().ListAsync(subscriber.Id, run.Stop);
        var suppression = EmailAddress.TryParse(subscriber.Address, out var address, out _)
            ? await run.Get<SuppressionStore>().FindAsync(address, run.Stop) : null;
        run.Print(new
        {
            Subscriber = View(subscriber),
            Interests = interests.Select(i => new { i.Kind, i.Value, i.Weight }),
            Suppression = suppression,
            ConsentHistory = history,
        },
        [
            $"Address     {subscriber.Address}",
            $"State       {subscriber.State.ToColumn()}{(subscriber.PausedUntil is { } day ? $" until {CommonOptions.FormatDate(day)}" : "")}",
            $"Digest      {SubscriberModel.FormatSchedule(subscriber.Preferences, run.Get<TemplateLibrary>().FindLanguage(null))}, {subscriber.Preferences.Papers} papers, " +
                $"{subscriber.Preferences.Format.ToColumn()}",
            $"Next due    {(subscriber.NextDueAt is { } due ? Instant(due) : "-")}",
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
        var subscriber = await FindAsync(run);
        if (await run.Get<SubscriberStore>().PauseAsync(subscriber.Id, until, run.Stop) is not { } due)
        {
            throw new TrendingMailException(
                $"{subscriber.MaskedAddress} is {subscriber.State.ToColumn()}: only current subscribers can be paused.");
        }

        run.Print(View((await run.Get<SubscriberStore>().FindAsync(subscriber.Id, run.Stop))!),
            $"{subscriber.Address} {(until is null ? "is active" : "is paused")}; the next digest is due {Instant(due)}.");
        return CommandRun.Done;
    }

    private static async Task<int> EraseAsync(CommandRun run)
    {
        var subscriber = await FindAsync(run);
        await run.Get<ErasureFlow>().EraseAsync(subscriber.Id, run.Stop);
        run.Print(new { Erased = true },
            "Erased. A keyed hash keeps the address out of later imports. " +
            "Backups, and mail in an outbox folder, are not affected.");
        return CommandRun.Done;
    }

    private static async Task<int> RevokeLinksAsync(CommandRun run)
    {
        var subscriber = await FindAsync(run);
        await run.Get<SubscriberStore>().RevokeLinksAsync(subscriber.Id, run.Stop);
        run.Print(new { subscriber.Address, Revoked = true },
            $"Links mailed to {subscriber.Address} so far no longer work; links in future mail will.");
        return CommandRun.Done;
    }

    private static async Task<int> UnsubscribeAsync(CommandRun run)
    {
        var subscriber = await FindAsync(run);
        await run.Get<SignUpFlow>().UnsubscribeAsync(subscriber.Id, ConsentOrigin.Command, run.Stop);
        run.Print(new { subscriber.Address, State = SubscriberState.Unsubscribed }, $"{subscriber.Address} is unsubscribed.");
        return CommandRun.Done;
    }

    private static async Task<int> CountAsync(CommandRun run)
    {
        var counts = await run.Get<SubscriberStore>().CountByStateAsync(run.Stop);
        run.Print(counts.ToDictionary(c => c.Key.ToColumn(), c => c.Value),
            counts.Select(c => $"{c.Key.ToColumn(),-12} {c.Value,10}"));
        return CommandRun.Done;
    }

    private static async Task<Subscriber> FindAsync(CommandRun run) =>
        await run.Get<SubscriberStore>().FindAsync(run.Value(Email), run.Stop)
            ?? throw new TrendingMailException($"There is no subscriber {run.Value(Email)}. See 'subscribers export'.");

    private static object View(Subscriber subscriber) => new
    {
        subscriber.Address, subscriber.State, subscriber.Preferences.Frequency, subscriber.Preferences.Weekday, subscriber.Preferences.SendAt,
        subscriber.Preferences.TimeZone, subscriber.Preferences.Papers, subscriber.Preferences.Format, subscriber.PausedUntil,
        subscriber.Preferences.Language, subscriber.CreatedAt, subscriber.NextDueAt, subscriber.Suppression,
    };

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
