using System.Net.Sockets;
using System.Runtime.CompilerServices;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace TrendingMail.Delivery.Smtp;

/// <summary>A connection that MailKit set up: greeting, TLS, EHLO and log-in are its.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private readonly SmtpOptions server;
    private readonly Socket socket;
    private readonly SmtpClient client;

    private SmtpConnection(SmtpOptions server)
    {
        this.server = server;

        // The socket is ours because MailKit leaves Nagle's algorithm on, and each message on a kept connection then
        // waits some 40 ms for a delayed acknowledgement.
        socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client = new SmtpClient
        {
            Timeout = (int)server.Timeout.TotalMilliseconds,
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = CertificateTrust.Of(server.CaFile),
        };
    }

    public SmtpCapabilities Capabilities => client.Capabilities;

    /// <summary>The largest message that the server announced to take, in bytes; 0 where it told none.</summary>
    public uint MaxSize => client.MaxSize;

    /// <summary>What the message exchange talks through: the socket, or TLS on top of it.</summary>
    public Stream Stream => Transport(ProtocolStream(client));

    /// <summary>Whether it is still there: a server that has closed an idle connection, or says so just now, is gone.</summary>
    public bool IsAlive => client.IsConnected && !socket.Poll(0, SelectMode.SelectRead);

    /// <exception cref="Exception">No connection; <see cref="Explain"/> says why in words.</exception>
    public static async Task<SmtpConnection> OpenAsync(SmtpOptions server, CancellationToken cancellationToken)
    {
        var connection = new SmtpConnection(server);
        try
        {
            await connection.SetUpAsync(cancellationToken);
            return connection;
        }
        catch
        {
            connection.Abort();
            throw;
        }
    }

    /// <summary>Why <see cref="OpenAsync"/> failed, in one line; null where it is a defect of ours.</summary>
    public static string? Explain(Exception fault, SmtpOptions server) => fault switch
    {
        AuthenticationException => $"{server.Host} refused the log-in of {server.UserName}: {FirstLine(fault.Message)}",
        SslHandshakeException => $"no secure connection to {server.Host}:{server.Port}: {FirstLine(fault.Message)}",
        SmtpCommandException e => new SmtpReply((int)e.StatusCode, FirstLine(e.Message)).ToString(),
        OperationCanceledException => $"{server.Host}:{server.Port} does not answer in time",
        NotSupportedException => $"{server.Host}:{server.Port}: {FirstLine(fault.Message)}",
        IOException or SocketException or ProtocolException or TimeoutException or UnauthorizedAccessException =>
            $"cannot connect to {server.Host}:{server.Port}: {FirstLine(fault.Message)}",
        _ => null,
    };

    /// <summary>Says goodbye, if the server still listens.</summary>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(server.Timeout);
        try
        {
            if (IsAlive)
            {
                await client.DisconnectAsync(quit: true, deadline.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException or OperationCanceledException)
        {
            // The server went first; there is nothing left to say goodbye to.
        }

        Abort();
    }

    /// <summary>Ends it at once.</summary>
    public void Abort()
    {
        client.Dispose();
        socket.Dispose();
    }

    private async Task SetUpAsync(CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        var gate = new FloodGate(new NetworkStream(socket, ownsSocket: true));
        await client.ConnectAsync(gate, server.Host, server.Port, SocketOptionsOf(server.Security), cancellationToken);
        if (server.UserName.Length > 0)
        {
            await AuthenticateAsync(cancellationToken);
        }

        gate.IsOpen = true;
    }

    private Task AuthenticateAsync(CancellationToken cancellationToken)
    {
        // Read at each log-in, so that a new password or token needs no restart.
        var secret = server.PasswordFile.Length > 0
            ? File.ReadLines(server.PasswordFile).FirstOrDefault("")
            : server.Password;
        return server.Authentication switch
        {
            SmtpAuthentication.Plain =>
                client.AuthenticateAsync(new SaslMechanismPlain(server.UserName, secret), cancellationToken),
            SmtpAuthentication.Login =>
                client.AuthenticateAsync(new SaslMechanismLogin(server.UserName, secret), cancellationToken),
            SmtpAuthentication.ScramSha1 =>
                client.AuthenticateAsync(new SaslMechanismScramSha1(server.UserName, secret), cancellationToken),
            SmtpAuthentication.ScramSha256 =>
                client.AuthenticateAsync(new SaslMechanismScramSha256(server.UserName, secret), cancellationToken),
            SmtpAuthentication.XOAuth2 =>
                client.AuthenticateAsync(new SaslMechanismOAuth2(server.UserName, secret), cancellationToken),
            _ => client.AuthenticateAsync(server.UserName, secret, cancellationToken),
        };
    }

    private static SecureSocketOptions SocketOptionsOf(SmtpSecurity security) => security switch
    {
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTlsWhenAvailable,
    };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    // MailKit's own way of sending costs twice the processor time (docs/performance.md), and it has no public way to its
    // connection. The names hold for the version that is pinned; a test sends through them.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Stream")]
    [return: UnsafeAccessorType("MailKit.Net.Smtp.SmtpStream, MailKit")]
    private static extern object ProtocolStream(SmtpClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Stream")]
    private static extern Stream Transport([UnsafeAccessorType("MailKit.Net.Smtp.SmtpStream, MailKit")] object stream);
}
