using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Hold;
using TrendingMail.Digests;

namespace TrendingMail.Worker.Commands.Digests;

/// <summary><c>digest release</c>: lets a restored copy send, after a report of what may have been sent.</summary>
internal static class DigestRelease
{
    /// <summary>Addresses shown for each mailing; <c>--json</c> lists all.</summary>
    private const int AddressesShown = 5;

    private static readonly Option<string[]> Sent = new("--sent")
    {
        Description = "Log of the Postfix relay since the backup (.gz too): what it accepted is not sent again",
        HelpName = "LOG",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<bool> WithoutLog = new("--without-log")
    {
        Description = "Release although no log says what was sent",
    };

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Only report what would happen",
    };

    public static Command Create() => CommandRun.Verb(
        "release", "Let a restored copy send mail, after a report of what may have been sent since the backup",
        [Sent, WithoutLog, DryRun], RunAsync);

    private static async Task<int> RunAsync(CommandRun run)
    {
        var logs = run.Value(Sent) ?? [];
        var accepted = logs.Length == 0 ? null : logs.SelectMany(RelayLog.Read).ToArray();
        var isConfirmed = accepted is not null || run.Value(WithoutLog);
        var release = run.Get<HoldRelease>();
        var isReleased = isConfirmed && !run.Value(DryRun);
        var report = isReleased
            ? await release.ReleaseAsync(accepted, run.Stop)
            : await release.PreviewAsync(accepted, run.Stop);
        if (report is null)
        {
            run.Print(new { OnHold = false, Released = false }, "Nothing is on hold.");
            return CommandRun.Done;
        }

        run.Print(
            new
            {
                OnHold = !isReleased, Released = isReleased, report.Hold.BackupAt, report.Hold.HeldAt,
                report.LoggedMessages, report.UnknownRecipients, OnUncertain = report.Policy,
                NotSentAgain = report.Plan.Logged.Select(ToJson),
                MayHaveBeenSent = report.Plan.MayHaveBeenSent.Select(ToJson),
                NotSentYet = report.Plan.Unsent.Select(ToJson),
            },
            [.. Lines(report, isReleased)]);
        return isConfirmed || run.Value(DryRun)
            ? CommandRun.Done
            : throw new TrendingMailException(
                "Nothing was released: give the relay's log with --sent LOG, or release without it with " +
                "--without-log.");
    }

    private static object ToJson(UnfinishedDelivery delivery) =>
        new { delivery.Kind, delivery.Key, delivery.Address, delivery.State };

    private static IEnumerable<string> Lines(ReleaseReport report, bool isReleased)
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"Restored on {report.Hold.HeldAt:yyyy-MM-dd HH:mm} UTC from a backup of " +
            $"{report.Hold.BackupAt:yyyy-MM-dd HH:mm} UTC. Sign-ups, opt-outs and bounces since then are lost.");
        if (report.LoggedMessages is { } logged)
        {
            yield return $"The log has {ConsoleText.Count(logged, "message")} of ours. " +
                $"{ConsoleText.Count(report.Plan.Logged.Count, "delivery", "deliveries")} in the queue were sent and " +
                $"are not sent again; {report.Plan.Unsent.Count} were not sent.";
        }

        if (report.UnknownRecipients > 0)
        {
            yield return $"Subscribers in the log whom this copy does not know: {report.UnknownRecipients}.";
        }

        foreach (var line in MailingLines(report))
        {
            yield return line;
        }

        yield return isReleased ? "Released: mail leaves again." : "The copy is still on hold.";
    }

    private static IEnumerable<string> MailingLines(ReleaseReport report)
    {
        foreach (var mailing in report.Plan.MayHaveBeenSent.GroupBy(delivery => (delivery.Kind, delivery.Key)))
        {
            var addresses = mailing.Select(delivery => delivery.Address).ToArray();
            var others = addresses.Length - AddressesShown;
            yield return $"{mailing.Key.Kind} {mailing.Key.Key} may have been sent to " +
                $"{ConsoleText.Count(addresses.Length, "subscriber")}: " +
                string.Join(", ", addresses.Take(AddressesShown)) +
                (others > 0 ? $" and {others} others (--json lists all)." : ".");
        }

        if (report.Plan.MayHaveBeenSent.Count > 0)
        {
            yield return report.Policy == UncertainPolicy.Hold
                ? "A release keeps them as uncertain: nobody gets one twice, some may miss one (Delivery:OnUncertain)."
                : "A release sends them: nobody misses one, some may get one twice (Delivery:OnUncertain).";
        }
    }
}
