using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.Queue;
using TrendingMail.Diagnostics.Guard;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Worker.Commands.Digests;

/// <summary><c>digest send</c>: queues what is due, or one edition, and delivers while it is still queuing.</summary>
internal static class DigestSend
{
    private static readonly Option<DateOnly?> Date = CommonOptions.Date("Date of the edition");

    private static readonly Option<EmailAddress?> Only = CommonOptions.Email("--only", "Send only to this subscriber");

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Only report how many digests would be sent",
    };

    private static readonly Option<bool> Yes = new("--yes")
    {
        Description = "Send an older edition without being asked",
    };

    public static Command Create() => CommandRun.Verb(
        "send", "Send what is due now, or one edition, and wait for completion", [Date, Only, DryRun, Yes], SendAsync);

    private static async Task<int> SendAsync(CommandRun run)
    {
        var sender = run.Get<DigestSender>();
        var only = run.Value(Only);
        var edition = await EditionToSendAsync(run, only);
        if (run.Value(DryRun))
        {
            var count = await sender.CountAsync(edition?.Day, only, run.Stop);
            run.Print(
                new { DryRun = true, WouldQueue = count },
                $"{ConsoleText.Count(count, "digest")} would be sent now. Nothing was queued.");
            return CommandRun.Done;
        }

        if (edition is not null && !await IsConfirmedAsync(run, sender, edition, only))
        {
            run.Print(new { Queued = 0 }, "Nothing was queued.");
            return CommandRun.Done;
        }

        await run.Get<DigestGuard>().UpdateAsync(run.Stop);
        var report = await SendAsync(run, sender, edition?.Day, only);
        if (only is not null && report.Due == 0)
        {
            throw new TrendingMailException($"{only} is not an active subscriber. See 'subscribers show {only}'.");
        }

        run.Print(
            new
            {
                report.Queued, report.Handled, report.Outcomes.Sent, report.Outcomes.Deferred, report.Outcomes.Failed,
                report.Outcomes.Skipped, report.Outcomes.Uncertain, report.Waiting, report.NextAttemptAt,
                report.UnreachableReason,
            },
            Lines(run, report));
        run.Stop.ThrowIfCancellationRequested();
        return FindFailure(report) is { } failure ? throw new TrendingMailException(failure) : CommandRun.Done;
    }

    /// <summary>Why the command fails; null if everything was sent, or is retried by itself.</summary>
    internal static string? FindFailure(SendReport report) => report switch
    {
        { UnreachableReason: { } reason } => $"Not all mail was sent: {reason}. Nothing is lost: the running " +
            "program retries what is queued; or run 'digest send' again in a minute.",
        { Outcomes: { Failed: var failed, Uncertain: var uncertain } } when failed + uncertain > 0 =>
            $"Not all mail was sent: {failed} failed, {uncertain} uncertain. See 'digest status --domains', and " +
            "'digest trace EMAIL' for the replies to one subscriber.",
        _ => null,
    };

    /// <summary>The outcomes that occurred, for example "160 sent, 1 deferred, 2 failed".</summary>
    internal static string DescribeOutcomes(OutcomeCounts outcomes) => string.Join(", ",
        new (string Name, int Count)[]
        {
            ("sent", outcomes.Sent), ("deferred", outcomes.Deferred), ("failed", outcomes.Failed),
            ("skipped", outcomes.Skipped), ("uncertain", outcomes.Uncertain),
        }
        .Where(outcome => outcome.Count > 0 || outcome.Name == "sent")
        .Select(outcome => $"{outcome.Count} {outcome.Name}"));

    /// <summary>
    /// Whether the operator wants to send an edition although a newer one exists. On a terminal this asks; elsewhere
    /// <c>--yes</c> is required.
    /// </summary>
    private static async Task<bool> IsConfirmedAsync(
        CommandRun run, DigestSender sender, Edition edition, EmailAddress? only)
    {
        var newest = await run.Get<EditionStore>().FindNewestSummaryAsync(run.Stop);
        if (run.Value(Yes) || !(newest?.Day > edition.Day)
            || await sender.CountAsync(edition.Day, only, run.Stop) is not (> 0 and var count))
        {
            return true;
        }

        var question = $"The edition of {CommonOptions.FormatDate(edition.Day)} is older than the newest, of " +
            $"{CommonOptions.FormatDate(newest.Day)}. {ConsoleText.Count(count, "digest")} would be sent";
        if (run.WantsJson || Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            throw new TrendingMailException($"{question}. Add --yes to send.");
        }

        await Console.Error.WriteAsync($"{question}. Send? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static async Task<SendReport> SendAsync(
        CommandRun run, DigestSender sender, DateOnly? edition, EmailAddress? only)
    {
        using var progress = run.ShowsProgress
            ? new DeliveryProgressLine(run.Get<DeliveryQueue>(), run.Get<TimeProvider>())
            : null;
        return await sender.SendAsync(edition, only, run.Stop);
    }

    private static IEnumerable<string> Lines(CommandRun run, SendReport report)
    {
        yield return $"{ConsoleText.Count(report.Queued, "digest")} queued, " +
            $"{ConsoleText.Count(report.Handled, "message")} processed through {run.Get<IMailTransport>().Name}: " +
            $"{DescribeOutcomes(report.Outcomes)}.";
        if (report.Waiting > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{ConsoleText.Count(report.Waiting, "message")} still queued; next attempt " +
                    $"at {report.NextAttemptAt:HH:mm:ss} UTC.");
        }
        else if (report.Queued == 0 && run.Value(Date) is null && run.Value(Only) is null)
        {
            yield return "No one else is due now. Use --date to send an edition ahead of schedule.";
        }
    }

    /// <summary>The requested edition, published now if necessary; null to send whatever is due.</summary>
    private static async Task<Edition?> EditionToSendAsync(CommandRun run, EmailAddress? only) =>
        run.Value(Date) is { } day ? (await EditionCommand.PublishAsync(run, day)).Edition
        : only is not null ? await EditionCommand.FindAsync(run, null)
        : null;
}
