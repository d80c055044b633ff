using System.CommandLine;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Actions;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Worker.Commands;

/// <summary><c>inbound process|status|undo</c>: bounces, complaints and requests by mail.</summary>
internal static class InboundCommand
{
    private static readonly Argument<string> Source = new("PATH")
    {
        Description = "A message, mbox, Maildir or folder of messages; - for standard input",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only classify; take no action" };

    private static readonly Option<int> Days =
        CommonOptions.Number("--days", "Number of days to report", 7, 1, 3650);

    private static readonly Argument<EmailAddress> Email = CommonOptions.Email();

    public static Command Create() => new("inbound", "Process bounces, complaints and requests by mail")
    {
        CommandRun.Verb("status", "Count received messages by kind, and the actions taken", [Days], StatusAsync),
        CommandRun.Verb("undo", "Undo the last action that a message caused for a subscriber", [Email], UndoAsync),
        CommandRun.VerbWithoutMigration("process", "Classify messages and act on them", [Source, DryRun], ProcessAsync),
    };

    /// <summary>
    /// EX_TEMPFAIL of sysexits.h: the only exit code that makes a mail server keep a message that it piped to us and
    /// retry.
    /// </summary>
    private const int TemporaryFailure = 75;

    private static async Task<int> ProcessAsync(CommandRun run)
    {
        try
        {
            return await ProcessAllAsync(run);
        }
        catch (TrendingMailException e) when (run.Value(Source) == "-")
        {
            Console.Error.WriteLine(e.Message);
            return TemporaryFailure;
        }
    }

    private static async Task<int> ProcessAllAsync(CommandRun run)
    {
        var takesAction = !run.Value(DryRun);
        if (takesAction)
        {
            await run.Get<Migrator>().MigrateAsync(run.Stop);
        }

        var (count, unreadable) = (0, 0);
        await foreach (var mail in ReadMessages(run))
        {
            count++;
            var (message, result) = takesAction
                ? await run.Get<InboundMessageHandler>().ProcessAsync(mail.Bytes, mail.File, run.Stop)
                : (Classifier.Classify(mail.Bytes), (InboundResult?)null);
            unreadable += message.IsUnreadable ? 1 : 0;
            run.PrintEach(View(mail, message), [.. Lines(mail, message), .. Lines(message, result)]);
        }

        return FindFailure(run.Value(Source), count, unreadable) is { } failure
            ? throw new TrendingMailException(failure)
            : CommandRun.Done;
    }

    /// <summary>
    /// Why the command fails; null if it read any message. A mail server that pipes one to us must not bounce it
    /// because it cannot be read.
    /// </summary>
    private static string? FindFailure(string source, int count, int unreadable) => (count, unreadable) switch
    {
        (0, _) => $"There are no messages in {source}.",
        _ when source != "-" && count == unreadable =>
            $"None of the {ConsoleText.Count(count, "file")} in {source} is a message. " +
                "Name mail as the server sent it.",
        _ => null,
    };

    private static async Task<int> StatusAsync(CommandRun run)
    {
        var counts = await run.Get<InboundReport>().CountAsync(run.Value(Days), run.Stop);
        run.Print(
            new
            {
                counts.Days,
                Came = counts.Kinds.ToDictionary(c => c.Key.ToColumn(), c => c.Value),
                Led = counts.Actions.ToDictionary(c => c.Key.ToColumn(), c => c.Value),
            },
            [
                $"Received in the last {ConsoleText.Count(counts.Days, "day")}:",
                .. ConsoleText.Table(
                    ["kind", "count"], counts.Kinds.Select(c => (string[])[c.Key.ToColumn(), $"{c.Value}"])),
                "Actions taken:",
                .. ConsoleText.Table(
                    ["action", "count"], counts.Actions.Select(c => (string[])[c.Key.ToColumn(), $"{c.Value}"])),
            ]);
        return CommandRun.Done;
    }

    private static async Task<int> UndoAsync(CommandRun run)
    {
        var address = run.Value(Email);
        var undone = await run.Get<InboundUndo>().UndoAsync(address, run.Stop) switch
        {
            UndoResult.Undone result => result.Action,
            UndoResult.NothingToUndo => throw new TrendingMailException(
                $"There is nothing to undo for {address}. See 'digest trace {address}'."),
            _ => throw new TrendingMailException($"There is no subscriber {address}. See 'subscribers export'."),
        };
        run.Print(new { Address = address.Value, Undone = undone }, $"Undone for {address}: {undone.ToColumn()}.");
        return CommandRun.Done;
    }

    private static async IAsyncEnumerable<StoredMail> ReadMessages(CommandRun run)
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

    private static object View(StoredMail mail, ClassifiedMessage classifiedMessage)
    {
        var recipients = classifiedMessage.Recipients.Select(r => new
        {
            r.Address, r.Action, r.Status, r.Reason, r.Hard, r.Diagnostic,
        });
        return classifiedMessage.DomainReports.Count == 0
            ? new { mail.File, classifiedMessage.Kind, recipients }
            : new
            {
                mail.File,
                classifiedMessage.Kind,
                recipients,
                Reports = classifiedMessage.DomainReports.Select(reading => new
                {
                    reading.FileName, reading.Report?.Kind, reading.Report?.Organization, reading.Report?.ReportId,
                    reading.Report?.Domain, reading.Report?.Day, reading.Report?.Total, reading.Problem,
                }),
            };
    }

    private static IEnumerable<string> Lines(StoredMail mail, ClassifiedMessage classifiedMessage)
    {
        yield return $"{mail.File}: {classifiedMessage.Kind.ToColumn()}" +
            (classifiedMessage.Detail is { } detail ? $" ({detail})" : "");
        foreach (var recipient in classifiedMessage.Recipients)
        {
            yield return $"  {recipient.Address} {recipient.Action.ToColumn()}: {recipient.Reason.ToColumn()}" +
                $"{(recipient.Hard ? ", permanent" : "")}{(recipient.Status is { } status ? $", {status}" : "")}";
        }
    }

    private static IEnumerable<string> Lines(ClassifiedMessage message, InboundResult? result) => result switch
    {
        null => message.DomainReports.Select(reading => $"  {reading}"),
        { IsNew: false } => ["  already processed; nothing was done"],
        _ => result.Actions.Select(action => $"  {action.Subscriber}: {action.Action.ToColumn()}")
            .Concat(result.DomainReports.Select(outcome => $"  {outcome}")),
    };
}
