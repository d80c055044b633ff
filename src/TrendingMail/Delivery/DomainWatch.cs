using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TrendingMail.Delivery;

/// <summary>
/// What outcomes say about a recipient domain or a server beyond one message: how fast it takes mail, and whether it wants
/// any from us. What one node finds out holds for all some seconds later; only what a finding is made of, refusals and what was
/// taken, each counts by itself.
/// </summary>
internal sealed class DomainWatch(
    DeliveryOptions options, DomainBook book, OperatorAlerts alerts, TimeProvider clock, ILogger logger)
{
    /// <summary>How often what other nodes found out, or an earlier run, is looked up.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(3);

    private readonly DomainPaces paces = new(options.Domains, book, clock);
    private readonly RefusalGuard guard = new(clock);
    private IReadOnlyList<HeldDomain> known = [];
    private IReadOnlyList<HeldServer> servers = [];
    private long lookedAt = long.MinValue;
    private int looking;

    /// <summary>Takes up what other nodes found out, or an earlier run.</summary>
    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        // One looks; the others go on with what they know.
        if (!IsTimeToLook || Interlocked.Exchange(ref looking, 1) == 1)
        {
            return;
        }

        try
        {
            var now = clock.GetTimestamp();
            var held = await book.HeldAsync(cancellationToken);
            servers = await book.HeldServersAsync(cancellationToken);
            paces.TakeUp(held, now);
            foreach (var domain in held)
            {
                guard.DomainRests(domain.Domain, domain.RestsUntil ?? DateTimeOffset.MinValue, domain.ChangedAt);
                DeliveryMeter.Paced(domain.Domain, guard.RestOf(domain.Domain) is null
                    ? paces.RateOf(domain.Domain) ?? double.PositiveInfinity : 0);
            }

            foreach (var free in known.Select(domain => domain.Domain).Except(held.Select(domain => domain.Domain)))
            {
                Paced(free);
            }

            known = held;
            foreach (var server in servers)
            {
                guard.ServerRests(server.Server, server.RestsUntil, server.ChangedAt);
            }

            Volatile.Write(ref lookedAt, now);
        }
        finally
        {
            Volatile.Write(ref looking, 0);
        }
    }

    /// <summary>When the next message to a domain may leave; null for now. Takes that turn.</summary>
    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public ValueTask<DateTimeOffset?> TurnAsync(string domain, CancellationToken cancellationToken) =>
        IsTimeToLook ? LookAndTurnAsync(domain, cancellationToken)
        : guard.RestOf(domain) is { } rest ? new(rest)
        : paces.TurnAsync(domain, cancellationToken);

    /// <summary>Lets a lane rest whose server another node found to refuse us.</summary>
    public void Hold(IMailLane lane)
    {
        if (servers.Count > 0 && servers.FirstOrDefault(server => server.Server == lane.Server) is { } held &&
            held.RestsUntil > clock.GetUtcNow())
        {
            lane.Rest(held.RestsUntil, WhyOf(lane, held.Reply));
        }
    }

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
                    if (await paces.AcceptedAsync(domain, accepted.Reply))
                    {
                        Paced(domain);
                    }

                    break;
                case Outcome.Deferred deferred when SmtpReply.Parse(deferred.Reply).IsAboutPace:
                    if (await paces.DeferredAsync(domain, deferred.Reply))
                    {
                        Paced(domain);
                    }

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
            // A rest is in force here, and no other node knows of it; a pace is as it was until the next reply of the kind.
            logger.LogWarning("What {Domain} said cannot be written down: {Fault}", domain, e.Message);
        }

        return outcome;
    }

    private bool IsTimeToLook =>
        Volatile.Read(ref lookedAt) is var at && (at == long.MinValue || clock.GetElapsedTime(at) > LookInterval);

    private async ValueTask<DateTimeOffset?> LookAndTurnAsync(string domain, CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        return guard.RestOf(domain) ?? await paces.TurnAsync(domain, cancellationToken);
    }

    private void Paced(string domain) => DeliveryMeter.Paced(domain, paces.RateOf(domain) ?? double.PositiveInfinity);

    private static string WhyOf(IMailLane lane, string reply) => $"{lane.Server} refuses our mail: {reply}";

    private async Task RestAsync(string domain, IMailLane lane, RefusalGuard.Caution caution, string reply)
    {
        if (caution.ServerRests is { } serverRests)
        {
            lane.Rest(serverRests, WhyOf(lane, reply));
            await book.ServerRestsAsync(lane.Server, serverRests, reply, CancellationToken.None);
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
