using System.Net.Sockets;
using MailKit;
using MailKit.Security;
using TrendingMail.Configuration;
using TrendingMail.Delivery;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>Opens IMAP and POP3 connections and explains why one failed.</summary>
internal static class MailboxConnection
{
    /// <summary>Connects and authenticates.</summary>
    public static async Task OpenAsync(MailService client, MailServerOptions mailbox, CancellationToken stop)
    {
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = CertificateTrust.CreateCallback(mailbox.CaFile);
        await client.ConnectAsync(
            InternetName.ToAscii(mailbox.Host), mailbox.PortOrDefault, ToSocketOptions(mailbox), stop);
        if (!client.IsSecure && !mailbox.AllowPlaintextPassword)
        {
            throw new NotSupportedException("the password would be sent unencrypted");
        }

        await client.AuthenticateAsync(mailbox.LoginName, mailbox.ReadPassword(), stop);
    }

    /// <summary>Describes an error in one line; null if it is unexpected and indicates a bug.</summary>
    public static string? DescribeError(Exception exception, MailServerOptions mailbox)
    {
        var server = $"{mailbox.Host}:{mailbox.PortOrDefault}";
        return exception switch
        {
            SslHandshakeException { ServerCertificate: not null } =>
                $"the certificate of {server} is not trusted for that " +
                    $"name: {ExtractReasons(exception.Message)}. Fix the " +
                "certificate, or set CaFile to the certificate authority that signed it",
            SslHandshakeException =>
                $"the TLS handshake with {server} failed: it does not offer implicit TLS, or it rejects our version. " +
                "Check Port and Security",
            AuthenticationException =>
                $"{server} rejected the login of {mailbox.LoginName}: {FirstLine(exception.Message)}",
            NotSupportedException =>
                $"{server} does not support the configured Security or Protocol: {FirstLine(exception.Message)}",
            OperationCanceledException or TimeoutException => $"{server} did not respond in time",
            IOException or SocketException or ProtocolException or CommandException or ServiceNotConnectedException or
                ServiceNotAuthenticatedException or FolderNotFoundException or UnauthorizedAccessException or
                TrendingMailException => FirstLine(exception.Message),
            _ => null,
        };
    }

    private static SecureSocketOptions ToSocketOptions(MailServerOptions mailbox) => mailbox.Security switch
    {
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.Auto when mailbox.AllowPlaintextPassword => SecureSocketOptions.StartTlsWhenAvailable,
        _ => SecureSocketOptions.StartTls,
    };

    /// <summary>Extracts the reasons from a MailKit message, which lists them as bullets.</summary>
    private static string ExtractReasons(string message) =>
        string.Join(", ", message.Split('\n').Select(line => line.Trim())
        .Where(line => line.StartsWith('•') && !line.EndsWith(':'))
        .Select(line => line.Trim('•', ' ', '.')).Distinct());

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
