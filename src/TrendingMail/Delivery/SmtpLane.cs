using System.Globalization;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace TrendingMail.Delivery;

/// <summary>One connection to one SMTP server, opened when it is needed and kept for the next message.</summary>
internal sealed class SmtpLane(SmtpOptions server, RateLimiter? limiter) : IMailLane
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly SmtpClient client = new() { Timeout = (int)Timeout.TotalMilliseconds };

    public async ValueTask WaitTurnAsync(CancellationToken cancellationToken)
    {
        if (limiter is not null)
        {
            using var permit = await limiter.AcquireAsync(1, cancellationToken);
        }
    }

    public async Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        var begun = new DataPhase();
        var isReady = false;
        var (sender, recipient) = (new MailboxAddress("", envelope.Sender), new MailboxAddress("", envelope.Recipient));
        using var message = new EncodedMessage(envelope.Message.Memory);
        try
        {
            await ConnectAsync(cancellationToken);
            isReady = true;
            if (NeedsSmtpUtf8(sender, recipient) && !client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
            {
                return new Outcome.Refused("553 5.6.7 the server does not take international addresses (no SMTPUTF8)");
            }

            var reply = await client.SendAsync(
                FormatOptions.Default, message, sender, [recipient], cancellationToken, begun);
            return new Outcome.Accepted(reply);
        }
        catch (SmtpCommandException e)
        {
            return OutcomeOf(e, isReady);
        }
        catch (AuthenticationException e)
        {
            return new Outcome.Unreachable($"{server.Host} refused the log-in of {server.UserName}: {e.Message}");
        }
        catch (SslHandshakeException e)
        {
            return new Outcome.Unreachable($"no secure connection to {server.Host}:{server.Port}: {FirstLine(e.Message)}");
        }
        catch (NotSupportedException e)
        {
            return new Outcome.Unreachable($"{server.Host}:{server.Port}: {FirstLine(e.Message)}");
        }
        catch (Exception e) when (e is IOException or SocketException or SmtpProtocolException or TimeoutException
            or ServiceNotConnectedException or OperationCanceledException)
        {
            // The connection is of no use any more, whatever broke it.
            await client.DisconnectAsync(quit: false, CancellationToken.None);
            var what = isReady
                ? $"connection to {server.Host}:{server.Port} lost: {FirstLine(e.Message)}"
                : $"cannot connect to {server.Host}:{server.Port}: {FirstLine(e.Message)}";
            return begun.HasBegun ? new Outcome.Uncertain(what) : new Outcome.Unreachable(what);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (client.IsConnected)
            {
                await client.DisconnectAsync(quit: true);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException)
        {
            // The server went first; there is nothing left to say goodbye to.
        }

        client.Dispose();
    }

    private static Outcome OutcomeOf(SmtpCommandException e, bool isReady)
    {
        var reply = string.Create(CultureInfo.InvariantCulture, $"{(int)e.StatusCode} {FirstLine(e.Message)}");
        return (int)e.StatusCode switch
        {
            // RFC 5321 sections 3.1 and 3.8: the server does not serve us, or closes; it says nothing about this message.
            _ when !isReady => new Outcome.Unreachable(reply),
            421 => new Outcome.Unreachable(reply),
            >= 500 => new Outcome.Refused(reply),
            _ => new Outcome.Deferred(reply),
        };
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private static bool NeedsSmtpUtf8(MailboxAddress sender, MailboxAddress recipient) =>
        !IsAsciiLocalPart(recipient) || !IsAsciiLocalPart(sender);

    private static bool IsAsciiLocalPart(MailboxAddress mailbox) => mailbox.LocalPart.All(char.IsAscii);

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (client.IsConnected)
        {
            return;
        }

        // The socket is ours because MailKit leaves Nagle's algorithm on, and each message on a kept connection then
        // waits some 40 ms for a delayed acknowledgement.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
            await client.ConnectAsync(socket, server.Host, server.Port, SocketOptionsOf(server.Security), cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        if (server.UserName.Length > 0)
        {
            await client.AuthenticateAsync(server.UserName, Password(), cancellationToken);
        }
    }

    private static SecureSocketOptions SocketOptionsOf(SmtpSecurity security) => security switch
    {
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTlsWhenAvailable,
    };

    private string Password() =>
        server.PasswordFile.Length > 0 ? File.ReadLines(server.PasswordFile).FirstOrDefault("") : server.Password;

    /// <summary>Tells whether the message itself was on its way when something broke.</summary>
    private sealed class DataPhase : ITransferProgress
    {
        public bool HasBegun { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => HasBegun = true;

        public void Report(long bytesTransferred) => HasBegun = true;
    }
}
