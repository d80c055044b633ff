using System.Net.Sockets;
using MailKit;
using MailKit.Security;
using TrendingMail.Delivery;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>What IMAP and POP3 have in common: how a connection is protected, and why there is none.</summary>
internal static class Connections
{
    /// <summary>Connects and logs in, as the settings say.</summary>
    public static async Task OpenAsync(MailService client, MailboxOptions mailbox, CancellationToken stop)
    {
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = CertificateTrust.Of(mailbox.CaFile);
        await client.ConnectAsync(mailbox.Host, mailbox.PortOrDefault, SecurityOf(mailbox.Security), stop);
        await client.AuthenticateAsync(mailbox.UserName, mailbox.ReadPassword(), stop);
    }

    /// <summary>Why a mailbox cannot be read, in one line; null where it is a defect of ours.</summary>
    public static string? Explain(Exception fault, MailboxOptions mailbox)
    {
        var server = $"{mailbox.Host}:{mailbox.PortOrDefault}";
        return fault switch
        {
            SslHandshakeException { ServerCertificate: not null } =>
                $"the certificate of {server} is not trusted for that name: {Reasons(fault.Message)}. Mend it there, " +
                "or name the authority that signed it in CaFile",
            SslHandshakeException =>
                $"{server} speaks no TLS from the first byte on, or refuses ours. Look at Port and Security",
            AuthenticationException => $"{server} refuses the log-in of {mailbox.UserName}: {FirstLine(fault.Message)}",
            NotSupportedException => $"{server} cannot do what Security and Protocol ask: {FirstLine(fault.Message)}",
            OperationCanceledException or TimeoutException => $"{server} does not answer in time",
            IOException or SocketException or ProtocolException or CommandException or ServiceNotConnectedException or
                ServiceNotAuthenticatedException or FolderNotFoundException or UnauthorizedAccessException or
                TrendingMailException => FirstLine(fault.Message),
            _ => null,
        };
    }

    private static SecureSocketOptions SecurityOf(SmtpSecurity security) => security switch
    {
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTlsWhenAvailable,
    };

    /// <summary>MailKit puts what is wrong behind bullets.</summary>
    private static string Reasons(string message) => string.Join(", ", message.Split('\n').Select(line => line.Trim())
        .Where(line => line.StartsWith('•') && !line.EndsWith(':'))
        .Select(line => line.Trim('•', ' ', '.')).Distinct());

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
