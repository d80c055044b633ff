using System.CommandLine;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Sources;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands;

/// <summary><c>inbound process|status|undo</c>: mails that came back.</summary>
internal static class InboundCommand
{
    private static readonly Argument<string> Source = new("PATH")
    {
        Description = "A mail, an mbox, a Maildir or a folder of mails; - for standard input",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what the mails are" };

    private static readonly Option<int> Days = new("--days") { Description = "Of so many days", DefaultValueFactory = _ => 7 };

    private static readonly Argument<EmailAddress> Email = Options.Email();

    public static Command Create() => new("inbound", "Understand the mails that come back")
    {
        CommandRun.Verb("status", "Count what came in and what it led to", [Days], StatusAsync),
        CommandRun.Verb("undo", "Take back the last thing that a mail did to a reader", [Email], UndoAsync),
        CommandRun.Bare("process", "Read mails, say what each is, and act upon it", [Source, DryRun], ProcessAsync),
    };

    /// <summary>A mail server that pipes a mail to us keeps it for later at this exit code only (EX_TEMPFAIL of sysexits.h).</summary>
    private const int TryAgain = 75;

    private static async Task<int> ProcessAsync(CommandRun run)
    {
        try
        {
            return await ProcessAllAsync(run);
        }
        catch (TrendingMailException e) when (run.Value(Source) == "-")
        {
            Console.Error.WriteLine(e.Message);
            return TryAgain;
        }
    }

    private static async Task<int> ProcessAllAsync(CommandRun run)
    {
        var acts = !run.Value(DryRun);
        if (acts)
        {
            await run.Get<Migrator>().MigrateAsync(run.Stop);
        }

        var count = 0;
        await foreach (var mail in MailsOf(run))
        {
            count++;
            var classification = Classifier.Classify(mail.Bytes);
            var result = acts ? await run.Get<InboundDesk>().HandleAsync(classification, mail.File, run.Stop) : null;
            run.PrintEach(View(mail, classification), [.. Lines(mail, classification), .. Lines(result)]);
        }

        return count > 0
            ? CommandRun.Done
            : throw new TrendingMailException($"There is no mail in {run.Value(Source)}.");
    }

    private static async Task<int> StatusAsync(CommandRun run)
    {
        var days = Math.Clamp(run.Value(Days), 1, 3650);
        var since = run.Get<TimeProvider>().GetUtcNow().AddDays(-days);
        var counts = await run.Get<Database>().ReadAsync(session => InboundCounts.SinceAsync(session, since), run.Stop);
        run.Print(
            new
            {
                Days = days,
                Came = counts.Kinds.ToDictionary(c => c.Key.ToColumn(), c => c.Value),
                Led = counts.Actions.ToDictionary(c => c.Key.ToColumn(), c => c.Value),
            },
            [
                $"In the last {Columns.Count(days, "day")} came:",
                .. Columns.Of(["what", "number"], counts.Kinds.Select(c => (string[])[c.Key.ToColumn(), $"{c.Value}"])),
                "What was done about readers:",
                .. Columns.Of(["action", "number"], counts.Actions.Select(c => (string[])[c.Key.ToColumn(), $"{c.Value}"])),
            ]);
        return CommandRun.Done;
    }

    private static async Task<int> UndoAsync(CommandRun run)
    {
        var address = run.Value(Email);
        var reader = await run.Get<SubscriberStore>().FindAsync(address, run.Stop)
            ?? throw new TrendingMailException($"There is no reader {address}. See 'subscribers count'.");
        var undone = await run.Get<InboundUndo>().UndoAsync(reader, run.Stop)
            ?? throw new TrendingMailException($"There is nothing to take back for {address}. See 'digest trace {address}'.");
        run.Print(new { Address = address.Value, Undone = undone }, $"Taken back for {address}: {undone.ToColumn()}.");
        return CommandRun.Done;
    }

    private static async IAsyncEnumerable<StoredMail> MailsOf(CommandRun run)
    {
        var path = run.Value(Source);
        if (path != "-")
        {
            await foreach (var mail in MailFiles.ReadAsync(path, run.Stop))
            {
                yield return mail;
            }

            yield break;
        }

        var input = Console.OpenStandardInput();
        await using (input)
        {
            await foreach (var mail in MailFiles.ReadAsync(input, path, run.Stop))
            {
                yield return mail;
            }
        }
    }

    private static object View(StoredMail mail, Classification classification) => new
    {
        mail.File,
        classification.Kind,
        Recipients = classification.Recipients.Select(r => new
        {
            r.Address, r.Action, r.Status, r.Reason, r.Hard, r.Diagnostic,
        }),
    };

    private static IEnumerable<string> Lines(StoredMail mail, Classification classification)
    {
        yield return $"{mail.File}: {classification.Kind.ToColumn()}" +
            (classification.Detail is { } detail ? $" ({detail})" : "");
        foreach (var recipient in classification.Recipients)
        {
            yield return $"  {recipient.Address} {recipient.Action.ToColumn()}: {recipient.Reason.ToColumn()}" +
                $"{(recipient.Hard ? ", for good" : "")}{(recipient.Status is { } status ? $", {status}" : "")}";
        }
    }

    private static IEnumerable<string> Lines(InboundResult? result) => result switch
    {
        null => [],
        { IsNew: false } => ["  seen before; nothing was done"],
        _ => result.Actions.Select(action => $"  {action.Reader}: {action.Action.ToColumn()}"),
    };
}
