using System.CommandLine;
using System.Globalization;
using System.Text;
using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands;

/// <summary><c>digest preview|send|status|trace</c>: what readers get.</summary>
internal static class DigestCommand
{
    private const int StatusLength = 14;

    private static readonly Option<DateOnly?> Date = Options.Date("The edition's day");

    private static readonly Option<EmailAddress?> As = Options.Email("--as", "As this reader would get it");

    private static readonly Option<EmailAddress?> Only = Options.Email("--only", "Only to this reader");

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say how many digests would leave" };

    private static readonly Option<PreviewFormat> Format = new("--format")
    {
        Description = "html, text, or eml for the whole message",
        DefaultValueFactory = _ => PreviewFormat.Html,
    };

    private enum PreviewFormat
    {
        Html,
        Text,
        Eml,
    }

    public static Command Create() => new("digest", "Preview, send and follow digests")
    {
        CommandRun.Verb("preview", "Print the digest that a reader would get", [Date, As, Format], PreviewAsync),
        CommandRun.Verb("send", "Deliver what is due now, or one edition, and wait for the end", [Date, Only, DryRun], SendAsync),
        DigestTrace.Create(),
        CommandRun.Verb("status", "Count deliveries by outcome", [Date], StatusAsync),
    };

    private static async Task<int> PreviewAsync(CommandRun run)
    {
        var edition = await EditionCommand.FindAsync(run, run.Value(Date));
        var reader = run.Value(As) is { } address
            ? await run.Get<SubscriberStore>().FindAsync(address, run.Stop)
                ?? throw new TrendingMailException($"There is no reader {address}. Leave --as away for a reader of no name.")
            : Nobody(run);
        var mailing = Digest.MailingOf(reader.Preferences.Frequency == Frequency.Weekly, edition.Day);
        var composer = run.Get<DigestComposer>();
        var digest = (await composer.FindAsync(mailing, reader.Preferences, run.Stop))!;
        var now = run.Get<TimeProvider>().GetUtcNow();
        using var envelope = composer.Compose(digest, reader, new ClaimedDelivery
        {
            Id = 0, Kind = mailing.Kind, Key = mailing.Key, SubscriberId = reader.Id, Attempts = 1, QueuedAt = now, ExpiresAt = now,
        });
        using var stream = new MemoryStream(envelope.Message.Memory.ToArray());
        using var message = await MimeMessage.LoadAsync(stream, run.Stop);
        run.PrintRaw(run.Value(Format) switch
        {
            PreviewFormat.Text => message.TextBody!,
            PreviewFormat.Html => message.HtmlBody ?? throw new TrendingMailException(
                $"{reader.Address} gets text only; give --format text."),
            _ => Encoding.UTF8.GetString(envelope.Message.Written),
        });
        return CommandRun.Done;
    }

    private static async Task<int> SendAsync(CommandRun run)
    {
        var planner = run.Get<DigestPlanner>();
        var only = run.Value(Only);
        var edition = await EditionToSendAsync(run, only);
        if (run.Value(DryRun))
        {
            var count = edition is null
                ? await planner.CountDueAsync(run.Stop)
                : await planner.CountEditionAsync(edition.Day, only, run.Stop);
            run.Print(new { DryRun = true, WouldQueue = count }, $"{Columns.Count(count, "digest")} would leave now. Nothing was queued.");
            return CommandRun.Done;
        }

        var plan = edition is null
            ? await planner.PlanDueAsync(run.Stop)
            : await planner.PlanEditionAsync(edition.Day, only, run.Stop);
        if (only is not null && plan.Due == 0)
        {
            throw new TrendingMailException($"{only} is no active reader. See 'subscribers show {only}'.");
        }

        await run.Get<Ledger>().RecoverAsync(run.Stop);
        var progress = run.ShowsProgress ? new Progress<int>(n => Console.Error.Write($"\r{n} handled ")) : null;
        var drained = await run.Get<DeliveryPump>().DrainAsync(progress, run.Stop);
        if (progress is not null)
        {
            await Console.Error.WriteAsync("\r                    \r");
        }

        var (waiting, nextAttemptAt) = await run.Get<Ledger>().WaitingAsync(run.Stop);
        run.Print(
            new { plan.Queued, drained.Handled, Waiting = waiting, NextAttemptAt = nextAttemptAt, drained.Unreachable },
            Lines(run, plan, drained, waiting, nextAttemptAt));
        return drained.Unreachable is null
            ? CommandRun.Done
            : throw new TrendingMailException($"Not all mail left: {drained.Unreachable}. Nothing is lost: what waits is " +
                "tried again by the running program, or by 'digest send' in a minute.");
    }

    private static IEnumerable<string> Lines(
        CommandRun run, PlanResult plan, DrainResult drained, long waiting, DateTimeOffset? nextAttemptAt)
    {
        yield return $"{Columns.Count(plan.Queued, "digest")} queued, {Columns.Count(drained.Handled, "mail")} handled " +
            $"through {run.Get<IMailTransport>().Name}.";
        if (waiting > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{Columns.Count(waiting, "mail")} still to go; the next attempt is at {nextAttemptAt:HH:mm:ss} UTC.");
        }
        else if (plan.Queued == 0 && run.Value(Date) is null && run.Value(Only) is null)
        {
            yield return "Nobody else is due now; give --date to send an edition before its hour.";
        }
    }

    /// <summary>The edition that was asked for, published now if its papers wait; null for whatever is due.</summary>
    private static async Task<Edition?> EditionToSendAsync(CommandRun run, EmailAddress? only) =>
        run.Value(Date) is { } day ? (await EditionCommand.PublishAsync(run, day)).Edition
        : only is not null ? await EditionCommand.FindAsync(run, null)
        : null;

    private static async Task<int> StatusAsync(CommandRun run)
    {
        var key = run.Value(Date) is { } day ? Options.Text(day) : null;
        var mailings = await run.Get<Ledger>().StatusAsync(key, StatusLength, run.Stop);
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
                    .. states.Select(s => m[s].ToString(CultureInfo.InvariantCulture)),
                ])));
        return CommandRun.Done;
    }

    private static Subscriber Nobody(CommandRun run) => new()
    {
        Id = 0,
        Address = "reader@example.org",
        State = SubscriberState.Active,
        LinkEpoch = 0,
        Preferences = DefaultPreferences.Of(run.Get<DigestOptions>()),
        CreatedAt = run.Get<TimeProvider>().GetUtcNow(),
    };
}
