using System.Globalization;
using System.Security.Authentication;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Diagnostics.Smtp;

/// <summary>Judges what a connection to a server showed.</summary>
internal static class SmtpFindings
{
    /// <summary>Certificates for 90 days are renewed 30 days before their end, so something is wrong by then.</summary>
    private static readonly TimeSpan RenewalTime = TimeSpan.FromDays(14);

    /// <summary>Gmail cuts off messages of more than 102 KB, and no digest is larger.</summary>
    private const long LargestMessage = 102 * 1024;

    private static readonly TimeSpan SlowRoundTrip = TimeSpan.FromMilliseconds(300);

    public static IEnumerable<Finding> Judge(SmtpObservation server, DateTimeOffset now) =>
    [
        JudgeTls(server, now),
        JudgeExtensions(server),
        .. server.Senders.Select((sender, index) => JudgeSender(sender.Sender, sender.Reply, isReturnPath: index == 0)),
        JudgeSpeed(server),
        JudgeConnections(server),
    ];

    private static Finding JudgeTls(SmtpObservation server, DateTimeOffset now)
    {
        var login = server.Server.UserName.Length > 0
            ? $" and accepts the login of {server.Server.UserName}" : " and asks for no login";
        if (server.Tls is not { } tls)
        {
            return IsLocal(server.Server.Host)
                ? Finding.Good($"The server answers on this machine, unencrypted,{login[4..]}.")
                : Finding.Warn(
                    "The connection is not encrypted: anyone on the way can read the mail.",
                    $"Set {server.Key}:Security to StartTls, or to Tls with the port for it (465).");
        }

        var until = tls.ValidUntil.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var left = tls.ValidUntil - now;
        var protocol = Format(tls.Protocol);
        string[] evidence = [$"{protocol}, {tls.Cipher}", $"certificate by {tls.Issuer}, valid until {until}"];
        return (left < RenewalTime
            ? Finding.Warn(
                $"The server's certificate is valid until {until}, {Math.Max(0, (int)left.TotalDays)} more days: " +
                "after that, no mail is sent.",
                $"Have the certificate of {server.Server.Host} renewed, and the server reload it.")
            : IsOutdated(tls.Protocol) ? Finding.Warn(
                $"The connection uses {protocol}, which is outdated.",
                "Have the server support TLS 1.2 and 1.3.")
            : Finding.Good($"The server speaks {protocol}{login}. Its certificate is valid until {until}."))
                .Citing(evidence);
    }

    private static Finding JudgeExtensions(SmtpObservation server)
    {
        var evidence = $"EHLO: {string.Join(", ", server.Introduction.Extensions)}";
        if (FindSize(server.Introduction) is > 0 and < LargestMessage and var size)
        {
            return Finding.Bad(
                $"The server accepts messages of up to {size} bytes, and a digest may have {LargestMessage}.",
                "Raise the limit on the server (message_size_limit in Postfix), for example to 10485760.") with
            {
                Evidence = [evidence],
            };
        }

        var limit = FindSize(server.Introduction) is > 0 and var bytes
            ? $"messages of up to {bytes} bytes" : "messages of any size";
        var utf8 = Has(server.Introduction, "SMTPUTF8")
            ? "" : ", and no addresses with letters beyond ASCII (no SMTPUTF8)";
        return Finding.Good($"The server accepts {limit}{utf8}.").Citing(evidence);
    }

    private static Finding JudgeSender(string sender, SmtpReply reply, bool isReturnPath)
    {
        var role = isReturnPath ? "return path" : "From address";
        var remedy = isReturnPath
            ? "Allow the return path, with its subaddresses, on the server, or set Mail:BounceAddress (or Mail:From) " +
                "to an address that the server accepts from this login."
            : "Allow the address on the server, or set Mail:From to one that the server accepts from this login.";
        return reply.IsPositive ? Finding.Good($"The server accepts our {role} {sender}.")
            : reply.Code < 500 || !isReturnPath
                ? Finding.Warn($"The server does not accept our {role} {sender}: {reply}", remedy)
            : Finding.Bad($"The server rejects our {role} {sender}: {reply}", remedy);
    }

    private static Finding JudgeSpeed(SmtpObservation server)
    {
        var milliseconds = server.RoundTrip.TotalMilliseconds.ToString("0.#", CultureInfo.InvariantCulture);
        return server.RoundTrip <= SlowRoundTrip
            ? Finding.Good($"A round trip takes {milliseconds} ms.")
            : Finding.Warn(
                $"A round trip takes {milliseconds} ms, and each message needs at least two.",
                $"Use a relay that is nearer, or more connections ({server.Key}:Connections).");
    }

    private static Finding JudgeConnections(SmtpObservation server)
    {
        var count = server.Connections.ToString(CultureInfo.InvariantCulture);
        var noun = server.Connections == 1 ? "connection" : "connections";
        return server.ConnectionLimit is not { } limit
            ? Finding.Good($"The server accepts {count} simultaneous {noun}.")
            : Finding.Warn(
                $"The server accepts {count} of {server.Server.Connections} simultaneous connections: {limit}",
                $"Set {server.Key}:Connections to {count}, or raise the limit on the server " +
                "(smtpd_client_connection_count_limit in Postfix).");
    }

    /// <summary>The limit in bytes; 0 if the server states none.</summary>
    private static long FindSize(SmtpIntroduction introduction) => introduction.Extensions
        .Select(line => line.Split(' '))
        .Where(words => words is ["SIZE", ..])
        .Select(words => words.Length > 1 && long.TryParse(
            words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0)
        .FirstOrDefault();

    private static bool Has(SmtpIntroduction introduction, string extension) => introduction.Extensions.Any(line =>
        line.Split(' ')[0].Equals(extension, StringComparison.OrdinalIgnoreCase));

    private static bool IsLocal(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ||
        (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));

    private static bool IsOutdated(SslProtocols protocol) =>
        protocol is not (SslProtocols.Tls12 or SslProtocols.Tls13);

    private static string Format(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLS 1.2",
        SslProtocols.Tls13 => "TLS 1.3",
        _ => protocol.ToString(),
    };
}
