using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.Queue;
using TrendingMail.Digests.Planning;
using TrendingMail.Editions;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands.Digests;

/// <summary><c>digest send</c>: queues what is due, or one edition, and delivers while it is still queuing.</summary>
internal static class DigestSend
{
    private static readonly TimeSpan PlanningInterval = TimeSpan.FromMilliseconds(20);

    private static readonly Option<DateOnly?> Date = CommonOptions.Date("Date of the edition");

    private static readonly Option<EmailAddress?> Only = CommonOptions.Email("--only", "Send only to this subscriber");

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Only report how many digests would be sent",
    };

    public static Command Create() => CommandRun.Verb(
        "send", "Send what is due now, or one edition, and wait for completion", [Date, Only, DryRun], SendAsync);

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
            run.Print(
                new { DryRun = true, WouldQueue = count },
                $"{ConsoleText.Count(count, "digest")} would be sent now. Nothing was queued.");
            return CommandRun.Done;
        }

        await run.Get<DeliveryQueue>().RecoverAsync(run.Stop);
        var planning = Task.Run(() => edition is null
            ? planner.PlanDueAsync(run.Stop)
            : planner.PlanEditionAsync(edition.Day, only, run.Stop));
        var result = await DispatchAsync(run, planning);
        var plan = await planning;
        if (only is not null && plan.Due == 0)
        {
            throw new TrendingMailException($"{only} is not an active subscriber. See 'subscribers show {only}'.");
        }

        var (waiting, nextAttemptAt) = await run.Get<DeliveryQueue>().WaitingAsync(CancellationToken.None);
        run.Print(
            new { plan.Queued, result.Handled, Waiting = waiting, NextAttemptAt = nextAttemptAt, result.UnreachableReason },
            Lines(run, plan, result, waiting, nextAttemptAt));
        run.Stop.ThrowIfCancellationRequested();
        return result.UnreachableReason is null
            ? CommandRun.Done
            : throw new TrendingMailException($"Not all mail was sent: {result.UnreachableReason}. Nothing is lost: " +
                "the running program retries what is queued; or run 'digest send' again in a minute.");
    }

    /// <summary>Delivers until planning is complete and no delivery is ready.</summary>
    private static async Task<DispatchResult> DispatchAsync(CommandRun run, Task planning)
    {
        var dispatcher = run.Get<DeliveryDispatcher>();
        using var progress = run.ShowsProgress ? new DeliveryProgressLine(run.Get<DeliveryQueue>(), run.Get<TimeProvider>()) : null;
        var handled = 0;
        while (!run.Stop.IsCancellationRequested)
        {
            var wasPlanned = planning.IsCompleted;
            var result = await dispatcher.DispatchAsync(null, run.Stop);
            handled += result.Handled;
            if (result.UnreachableReason is not null)
            {
                return result with { Handled = handled };
            }

            if (result.Handled == 0)
            {
                if (wasPlanned)
                {
                    break;
                }

                await Task.WhenAny(planning, Task.Delay(PlanningInterval, run.Stop));
            }
        }

        return new DispatchResult(handled, null);
    }

    private static IEnumerable<string> Lines(
        CommandRun run, PlanResult plan, DispatchResult result, long waiting, DateTimeOffset? nextAttemptAt)
    {
        yield return $"{ConsoleText.Count(plan.Queued, "digest")} queued, " +
            $"{ConsoleText.Count(result.Handled, "message")} processed through {run.Get<IMailTransport>().Name}.";
        if (waiting > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{ConsoleText.Count(waiting, "message")} still queued; next attempt at {nextAttemptAt:HH:mm:ss} UTC.");
        }
        else if (plan.Queued == 0 && run.Value(Date) is null && run.Value(Only) is null)
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
