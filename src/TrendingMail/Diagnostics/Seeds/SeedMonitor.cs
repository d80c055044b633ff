using Microsoft.Extensions.Logging;
using TrendingMail.Diagnostics.Seeds.Mailboxes;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>Sends the digests to the seed mailboxes and finds out where they were filed.</summary>
public sealed class SeedMonitor(
    SeedStore store, SeedSender sender, SeedAlerts alerts, DeliverabilityOptions options, TimeProvider clock,
    ILogger<SeedMonitor> logger)
{
    /// <summary>What became of the messages to a mailbox that was removed from the settings.</summary>
    internal const string NotConfigured = "the mailbox is no longer in Deliverability:Seeds";

    private static readonly TimeSpan Retention = TimeSpan.FromDays(400);

    /// <summary>Sends what is to be sent now, and looks for what was sent. Safe to run on several nodes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await sender.EnqueueAsync(cancellationToken);
        await sender.SendAsync(cancellationToken);
        var mailboxes = (await store.ListUncheckedAsync(cancellationToken)).GroupBy(message => message.Address);
        await Task.WhenAll(mailboxes.Select(mailbox => CheckAsync(mailbox.Key, [.. mailbox], cancellationToken)));
    }

    /// <summary>Deletes results that are older than a year and its neighbouring weeks.</summary>
    /// <returns>The number of rows deleted.</returns>
    public async Task<long> DeleteExpiredAsync(CancellationToken cancellationToken) =>
        await store.DeleteAsync(clock.GetUtcNow() - Retention, cancellationToken);

    private async Task CheckAsync(
        string address, IReadOnlyList<SeedMessage> messages, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (found, failure) = await SearchAsync(address, messages, cancellationToken);
        foreach (var message in messages)
        {
            var decision = failure is null
                ? PlacementDecision.From(message, found.GetValueOrDefault(message.Id), now)
                : PlacementDecision.FromFailure(message, failure, now);
            var result = message with
            {
                Placement = decision.Placement,
                Folder = decision.Found?.Folder,
                ArrivedAt = decision.Found?.ArrivedAt,
                AuthenticationResults = decision.Found?.Verdicts?.Text,
                Spf = decision.Found?.Verdicts?.Spf,
                Dkim = decision.Found?.Verdicts?.Dkim,
                Dmarc = decision.Found?.Verdicts?.Dmarc,
            };
            if (await store.RecordCheckAsync(
                message, decision, session => alerts.RaiseAsync(session, result), cancellationToken) &&
                result.Placement != Placement.Pending)
            {
                SeedMeter.Record(result);
            }
        }
    }

    /// <returns>The messages found or, if the mailbox cannot be searched, why.</returns>
    private async Task<(IReadOnlyDictionary<long, FoundMessage> Found, string? Failure)> SearchAsync(
        string address, IReadOnlyList<SeedMessage> messages, CancellationToken cancellationToken)
    {
        var none = new Dictionary<long, FoundMessage>();
        if (options.FindSeed(address) is not { } seed)
        {
            return (none, NotConfigured);
        }

        try
        {
            return (await new SeedMailbox(seed).SearchAsync(messages, cancellationToken), null);
        }
        catch (TrendingMailException e)
        {
            logger.LogWarning("Cannot read the seed mailbox at {Provider}: {Fault}", seed.Label, e.Message);
            return (none, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One mailbox with a fault that nobody foresaw must not stop the others.
            logger.LogError(e, "Cannot read the seed mailbox at {Provider}", seed.Label);
            return (none, e.Message);
        }
    }
}
