using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands;

/// <summary><c>digest send</c>: queues what is due, or one edition, and delivers it while the rest is still being queued.</summary>
internal static class DigestSend
{
    private static readonly TimeSpan PlanningInterval = TimeSpan.FromMilliseconds(20);

    private static readonly Option<DateOnly?> Date = Options.Date("The edition's day");

    private static readonly Option<EmailAddress?> Only = Options.Email("--only", "Only to this reader");

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say how many digests would leave" };

    public static Command Create() => CommandRun.Verb(
        "send", "Deliver what is due now, or one edition, and wait for the end", [Date, Only, DryRun], SendAsync);

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

        await run.Get<Ledger>().RecoverAsync(run.Stop);
        var planning = Task.Run(() => edition is null
            ? planner.PlanDueAsync(run.Stop)
            : planner.PlanEditionAsync(edition.Day, only, run.Stop));
        var drained = await DrainAsync(run, planning);
        var plan = await planning;
        if (only is not null && plan.Due == 0)
        {
            throw new TrendingMailException($"{only} is no active reader. See 'subscribers show {only}'.");
        }

        var (waiting, nextAttemptAt) = await run.Get<Ledger>().WaitingAsync(CancellationToken.None);
        run.Print(
            new { plan.Queued, drained.Handled, Waiting = waiting, NextAttemptAt = nextAttemptAt, drained.Unreachable },
            Lines(run, plan, drained, waiting, nextAttemptAt));
        run.Stop.ThrowIfCancellationRequested();
        return drained.Unreachable is null
            ? CommandRun.Done
            : throw new TrendingMailException($"Not all mail left: {drained.Unreachable}. Nothing is lost: what waits is " +
                "tried again by the running program, or by 'digest send' in a minute.");
    }

    /// <summary>Delivers until all is queued and nothing is ready any more.</summary>
    private static async Task<DrainResult> DrainAsync(CommandRun run, Task planning)
    {
        var pump = run.Get<DeliveryPump>();
        using var progress = run.ShowsProgress ? new DeliveryLine(run.Get<Ledger>(), run.Get<TimeProvider>()) : null;
        var handled = 0;
        while (!run.Stop.IsCancellationRequested)
        {
            var wasPlanned = planning.IsCompleted;
            var drained = await pump.DrainAsync(null, run.Stop);
            handled += drained.Handled;
            if (drained.Unreachable is not null)
            {
                return drained with { Handled = handled };
            }

            if (drained.Handled == 0)
            {
                if (wasPlanned)
                {
                    break;
                }

                await Task.WhenAny(planning, Task.Delay(PlanningInterval, run.Stop));
            }
        }

        return new DrainResult(handled, null);
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
}
