using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Diagnostics.Smtp;

/// <summary>Looks a server over, without sending a message.</summary>
internal static class SmtpInspector
{
    private const int RoundTrips = 5;

    /// <summary>A slow server is not asked for all connections, so that the rest of the check is reported.</summary>
    private static readonly TimeSpan CountingTime = TimeSpan.FromSeconds(20);

    /// <param name="senders">The addresses to try in MAIL FROM.</param>
    /// <exception cref="Exception">The connection failed; <see cref="SmtpProbe.Explain"/> says why.</exception>
    public static async Task<SmtpObservation> InspectAsync(
        SmtpOptions server, int index, IReadOnlyList<string> senders, CancellationToken cancellationToken)
    {
        await using var probe = await SmtpProbe.OpenAsync(server, cancellationToken);
        var introduction = await probe.IntroduceAsync(cancellationToken);
        var replies = new List<(string, SmtpReply)>();
        foreach (var sender in senders)
        {
            replies.Add((sender, await TrySenderAsync(probe, sender, cancellationToken)));
        }

        var roundTrip = await MeasureAsync(probe, cancellationToken);
        var (connections, limit) = await CountConnectionsAsync(server, cancellationToken);
        return new SmtpObservation(server, index)
        {
            Tls = Describe(probe.Connection.Stream as SslStream),
            Introduction = introduction,
            Senders = replies,
            RoundTrip = roundTrip,
            Connections = connections,
            ConnectionLimit = limit,
        };
    }

    /// <summary>
    /// Begins a message from a sender to itself and cancels it: some servers, among them Postfix, say what they think
    /// of a sender only in reply to RCPT.
    /// </summary>
    private static async Task<SmtpReply> TrySenderAsync(
        SmtpProbe probe, string sender, CancellationToken cancellationToken)
    {
        var utf8 = System.Text.Ascii.IsValid(sender) || !probe.Connection.Capabilities.HasFlag(SmtpCapabilities.UTF8)
            ? "" : " SMTPUTF8";
        var reply = await probe.SendAsync($"MAIL FROM:<{sender}>{utf8}", cancellationToken);
        if (reply.IsPositive && await probe.SendAsync($"RCPT TO:<{sender}>", cancellationToken) is
            { IsSenderLevel: true } rejection)
        {
            reply = rejection;
        }

        await probe.SendAsync("RSET", cancellationToken);
        return reply;
    }

    private static async Task<TimeSpan> MeasureAsync(SmtpProbe probe, CancellationToken cancellationToken)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < RoundTrips; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await probe.SendAsync("NOOP", cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        return times.Order().ElementAt(RoundTrips / 2);
    }

    /// <summary>
    /// Opens as many connections as delivery would, one after the other, beside the one that is open already, and
    /// stops at the first that is rejected.
    /// </summary>
    private static async Task<(int Count, string? Limit)> CountConnectionsAsync(
        SmtpOptions server, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CountingTime);
        var open = new List<SmtpProbe>();
        try
        {
            while (open.Count + 1 < server.Connections)
            {
                open.Add(await SmtpProbe.OpenAsync(server, limit.Token));
            }

            return (open.Count + 1, null);
        }
        catch (Exception e) when (SmtpProbe.Explain(e, server, cancellationToken) is not null)
        {
            return (open.Count + 1, SmtpProbe.Explain(e, server, cancellationToken));
        }
        finally
        {
            foreach (var probe in open)
            {
                await probe.DisposeAsync();
            }
        }
    }

    private static SmtpTls? Describe(SslStream? tls) => tls?.RemoteCertificate is X509Certificate2 certificate
        ? new SmtpTls(
            tls.SslProtocol, tls.NegotiatedCipherSuite.ToString(),
            certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true), certificate.NotAfter)
        : null;
}
