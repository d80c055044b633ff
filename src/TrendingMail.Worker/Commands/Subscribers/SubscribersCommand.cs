using System.CommandLine;
using System.Globalization;
using TrendingMail.Digests.Planning;
using TrendingMail.Messages;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

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
        var result = await run.Get<SubscriberService>().AddAsync(
            address, run.Value(Confirmed), ConsentOrigin.Command, run.Stop);
        var subscriber = result switch
        {
            AddResult.Added added => added.Subscriber,
            AddResult.OptedOut => throw new TrendingMailException(
                $"{address.Masked} has unsubscribed. Only the subscriber can undo that, " +
                "on the web page or by confirming the mail sent by 'subscribers add' without --confirmed."),
            _ => throw new TrendingMailException(
                $"{address.Masked} was not added: mail to it was stopped by an operator, by the owner of the address " +
                "or after a complaint. See 'suppressions list'."),
        };
        run.Print(View(subscriber), subscriber.State == SubscriberState.Active
            ? $"{subscriber.Address} is active."
            : $"{subscriber.Address} is {subscriber.State.ToColumn()}; a confirmation mail is queued for the running " +
                "program.");
        return CommandRun.Done;
    }

    private static async Task<int> ShowAsync(CommandRun run)
    {
        var details = await run.Get<SubscriberService>().FindAsync(run.Value(Email), run.Stop) ?? throw Unknown(run);
        var next = await run.Get<NextDigest>().ExplainAsync(details.Subscriber, run.Stop);
        run.Print(
            new
            {
                Subscriber = View(details.Subscriber),
                Next = next,
                Interests = details.Interests.Select(i => new { i.Kind, i.Value, i.Weight }),
                details.Suppression,
                ConsentHistory = details.Consent,
            },
            Lines(details, next, run.Get<TemplateLibrary>().FindLanguage(null)));
        return CommandRun.Done;
    }

    private static IEnumerable<string> Lines(SubscriberDetails details, string next, Language language)
    {
        var subscriber = details.Subscriber;
        yield return $"Address     {subscriber.Address}";
        yield return $"State       {subscriber.State.ToColumn()}" +
            $"{(subscriber.PausedUntil is { } day ? $" until {CommonOptions.FormatDate(day)}" : "")}";
        yield return $"Digest      {SubscriberModel.FormatSchedule(subscriber.Preferences, language)}, " +
            $"{subscriber.Preferences.Papers} papers, {subscriber.Preferences.Format.ToColumn()}";
        yield return $"Next due    {(subscriber.NextDueAt is { } due ? Instant(due) : "-")}";
        yield return $"            {next}";
        if (details.Suppression is { } suppression)
        {
            yield return $"Suppressed  {suppression.Reason.ToColumn()} since {Instant(suppression.SuppressedAt)}" +
                $"{(suppression.Detail is null ? "" : $": {suppression.Detail}")}";
        }

        foreach (var (n, interest) in details.Interests.Index())
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{(n == 0 ? "Interests" : ""),-10}  {interest.Weight,5:0.##}  {interest.Kind.ToColumn()} " +
                    $"{interest.Value}");
        }

        yield return "Consent";
        foreach (var e in details.Consent)
        {
            yield return $"  {Instant(e.At)}  {e.Kind.ToColumn()} by {e.Origin}" +
                $"{(e.Network is null ? "" : $" from {e.Network}")}";
        }
    }

    private static async Task<int> PauseAsync(CommandRun run) => PrintPause(
        run, await run.Get<SubscriberService>().PauseAsync(run.Value(Email), run.Value(Until), run.Stop));

    private static async Task<int> ResumeAsync(CommandRun run) => PrintPause(
        run, await run.Get<SubscriberService>().ResumeAsync(run.Value(Email), run.Stop));

    private static int PrintPause(CommandRun run, PauseResult result)
    {
        switch (result)
        {
            case PauseResult.Rescheduled { Subscriber: var subscriber, NextDueAt: var due }:
                run.Print(View(subscriber), $"{subscriber.Address} " +
                    $"{(subscriber.State == SubscriberState.Active ? "is active" : "is paused")}; " +
                    $"the next digest is due {Instant(due)}.");
                return CommandRun.Done;
            case PauseResult.NotSubscribed { Subscriber: var subscriber }:
                throw new TrendingMailException($"{subscriber.MaskedAddress} is {subscriber.State.ToColumn()}: " +
                    "only current subscribers can be paused.");
            case PauseResult.DayRejected { First: var first, Last: var last }:
                throw new TrendingMailException($"Nothing was paused: --until must be from " +
                    $"{CommonOptions.FormatDate(first)} (tomorrow) to {CommonOptions.FormatDate(last)}.");
            default:
                throw Unknown(run);
        }
    }

    private static async Task<int> EraseAsync(CommandRun run)
    {
        if (!await run.Get<SubscriberService>().EraseAsync(run.Value(Email), run.Stop))
        {
            throw Unknown(run);
        }

        run.Print(new { Erased = true },
            "Erased. A keyed hash keeps the address out of later imports. " +
            "Backups, and mail in an outbox folder, are not affected.");
        return CommandRun.Done;
    }

    private static async Task<int> RevokeLinksAsync(CommandRun run)
    {
        var subscriber = await run.Get<SubscriberService>().RevokeLinksAsync(
            run.Value(Email), ConsentOrigin.Command, run.Stop) ?? throw Unknown(run);
        run.Print(new { subscriber.Address, Revoked = true },
            $"Links mailed to {subscriber.Address} so far no longer work; links in future mail will." +
            (subscriber.State is SubscriberState.Active or SubscriberState.Paused
                ? " A mail with new links is queued for the running program."
                : ""));
        return CommandRun.Done;
    }

    private static async Task<int> UnsubscribeAsync(CommandRun run)
    {
        var subscriber = await run.Get<SubscriberService>().UnsubscribeAsync(
            run.Value(Email), ConsentOrigin.Command, run.Stop) ?? throw Unknown(run);
        run.Print(new { subscriber.Address, State = SubscriberState.Unsubscribed },
            subscriber.State == SubscriberState.Unsubscribed
                ? $"{subscriber.Address} was already unsubscribed."
                : $"{subscriber.Address} is unsubscribed.");
        return CommandRun.Done;
    }

    private static async Task<int> CountAsync(CommandRun run)
    {
        var counts = await run.Get<SubscriberStore>().CountByStateAsync(run.Stop);
        run.Print(counts.ToDictionary(c => c.Key.ToColumn(), c => c.Value),
            counts.Select(c => $"{c.Key.ToColumn(),-12} {c.Value,10}"));
        return CommandRun.Done;
    }

    private static TrendingMailException Unknown(CommandRun run) =>
        new($"There is no subscriber {run.Value(Email)}. See 'subscribers export'.");

    private static object View(Subscriber subscriber) => new
    {
        subscriber.Address, subscriber.State, subscriber.Preferences.Frequency, subscriber.Preferences.Weekday,
        subscriber.Preferences.SendAt,
        subscriber.Preferences.TimeZone, subscriber.Preferences.Papers, subscriber.Preferences.Format,
        subscriber.PausedUntil,
        subscriber.Preferences.Language, subscriber.CreatedAt, subscriber.NextDueAt, subscriber.Suppression,
    };

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
