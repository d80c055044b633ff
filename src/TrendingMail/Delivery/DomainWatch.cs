using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TrendingMail.Delivery;

/// <summary>
/// What outcomes say about a recipient domain or a server beyond one message: how fast it takes mail, and whether it wants
/// any from us.
/// </summary>
internal sealed class DomainWatch(
    DeliveryOptions options, DomainBook book, OperatorAlerts alerts, TimeProvider clock, ILogger logger)
{
    private readonly DomainPaces paces = new(options.Domains, clock);
    private readonly RefusalGuard guard = new(clock);
    private bool isRestored;

    /// <summary>Takes up what an earlier run found out about domains.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (isRestored)
        {
            return;
        }

        foreach (var held in await book.HeldAsync(cancellationToken))
        {
            if (held.Rate is { } rate)
            {
                paces.Restore(held.Domain, rate);
            }
        }

        isRestored = true;
    }

    /// <summary>When the next message to a domain may leave; null for now. Takes that turn.</summary>
    public DateTimeOffset? Turn(string domain) => guard.RestOf(domain) ?? paces.Turn(domain);

    /// <summary>Learns from an outcome.</summary>
    /// <returns>What it means for the delivery: a refusal of us is none of the reader.</returns>
    public async Task<Outcome> JudgeAsync(string domain, Outcome outcome, IMailLane lane)
    {
        try
        {
            switch (outcome)
            {
                case Outcome.Accepted accepted:
                    guard.Accepted(domain, lane.Server);
                    if (paces.Accepted(domain))
                    {
                        await PacedAsync(domain, accepted.Reply);
                    }

                    break;
                case Outcome.Deferred deferred when SmtpReply.Parse(deferred.Reply).IsAboutPace && paces.Deferred(domain):
                    await PacedAsync(domain, deferred.Reply);
                    break;
                case Outcome.Refused refused when SmtpReply.Parse(refused.Reply).IsAboutUs:
                    var caution = guard.Refused(domain, lane.Server);
                    outcome = caution.IsHeld ? new Outcome.Deferred(refused.Reply) : outcome;
                    await RestAsync(domain, lane, caution, refused.Reply);
                    break;
            }
        }
        catch (TrendingMailException e)
        {
            // What it came to is in force; only who looks from outside does not see it.
            logger.LogWarning("What {Domain} said cannot be written down: {Fault}", domain, e.Message);
        }

        return outcome;
    }

    private Task PacedAsync(string domain, string reply)
    {
        var rate = paces.RateOf(domain);
        DeliveryMeter.Paced(domain, rate ?? double.PositiveInfinity);
        return book.PacedAsync(domain, rate, reply, CancellationToken.None);
    }

    private async Task RestAsync(string domain, IMailLane lane, RefusalGuard.Caution caution, string reply)
    {
        if (caution.ServerRests is { } serverRests)
        {
            lane.Rest(serverRests, $"{lane.Server} refuses our mail: {reply}");
            await AlertAsync(lane.Server, $"{lane.Server} does not take our mail for several domains", serverRests, reply);
        }

        if (caution.DomainRests is { } domainRests)
        {
            DeliveryMeter.Paced(domain, 0);
            await book.RestsAsync(domain, domainRests, reply, CancellationToken.None);
            await AlertAsync(domain, $"{domain} does not take our mail", domainRests, reply);
        }
    }

    private Task AlertAsync(string who, string subject, DateTimeOffset until, string reply) => alerts.RaiseAsync(
        string.Create(CultureInfo.InvariantCulture, $"refusals-{who}-{clock.GetUtcNow():yyyy-MM-dd}"), subject,
        string.Create(CultureInfo.InvariantCulture,
            $"Most of the last mails were refused for a reason that concerns the sender and not the reader, at last with: {reply} ") +
        string.Create(CultureInfo.InvariantCulture,
            $"What is left waits, from {until:yyyy-MM-dd HH:mm} UTC on it is tried again, and no reader is counted as unreachable ") +
        "for it. See whether the sending address is on a block list, and whether SPF, DKIM and DMARC hold.",
        CancellationToken.None);
}
