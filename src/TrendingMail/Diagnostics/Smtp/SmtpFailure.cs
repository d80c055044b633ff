using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using TrendingMail.Delivery;

namespace TrendingMail.Diagnostics.Smtp;

/// <summary>Judges why no connection to a server could be established.</summary>
internal static class SmtpFailure
{
    /// <param name="explanation">What delivery would log.</param>
    public static Finding Judge(SmtpOptions server, int index, Exception fault, string explanation) =>
        Finding.Bad($"No mail can be sent: {explanation}.", Suggest(server, $"Mail:Smtp:{index}", fault));

    private static string Suggest(SmtpOptions server, string key, Exception fault) => fault switch
    {
        AuthenticationException { InnerException: SmtpCommandException { StatusCode: (SmtpStatusCode)421 } } =>
            Limit(key),
        AuthenticationException => $"Check {key}:UserName and {key}:Password or {key}:PasswordFile, and whether the " +
            $"server expects another mechanism ({key}:Authentication is {server.Authentication}).",
        SslHandshakeException when fault.Message.Contains("certificate expired", StringComparison.Ordinal) =>
            $"Have the certificate of {server.Host} renewed, and the server reload it.",
        SslHandshakeException when fault.Message.Contains("not valid for the name", StringComparison.Ordinal) =>
            $"Set {key}:Host to the name in the server's certificate, or get a certificate for {server.Host}.",
        SslHandshakeException => server.Security == SmtpSecurity.Tls
            ? $"Check that port {server.Port} expects TLS at once (465 usually does); otherwise set {key}:Security " +
                $"to StartTls. If the certificate is from an authority of your own, set {key}:CaFile to it."
            : $"If the certificate is from an authority of your own, set {key}:CaFile to it.",
        NotSupportedException when !fault.Message.Contains("STARTTLS", StringComparison.Ordinal) =>
            $"Set {key}:Port to one that offers a login (587 usually does), or {key}:UserName to nothing if the " +
            "server accepts your mail without one.",
        NotSupportedException =>
            $"Offer STARTTLS on the server, or set {key}:Port and {key}:Security to those of a port with TLS (465 " +
            "and Tls).",
        SmtpCommandException { StatusCode: (SmtpStatusCode)421 } => Limit(key),
        SmtpCommandException => "Ask whoever runs the server what its reply means.",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } =>
            $"Set {key}:Host to the name of your relay; {server.Host} is not known.",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            $"Start the server, or set {key}:Host and {key}:Port to where it listens.",
        _ => $"Check {key}:Host, {key}:Port and {key}:Security, and whether a firewall lets this machine connect.",
    };

    private static string Limit(string key) =>
        $"Wait and try again; if that does not help, set {key}:Connections to a smaller number, or ask whoever runs " +
        "the server for its limits.";
}
