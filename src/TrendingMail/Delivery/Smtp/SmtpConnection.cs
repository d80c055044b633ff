using System.Net.Sockets;
using System.Runtime.CompilerServices;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace TrendingMail.Delivery.Smtp;

/// <summary>A connection set up by MailKit: greeting, TLS, EHLO and authentication.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private readonly SmtpOptions server;
    private readonly Socket socket;
    private readonly SmtpClient client;

    private SmtpConnection(SmtpOptions server)
    {
        this.server = server;

        // We create the socket because MailKit leaves Nagle's algorithm on, and each message on a reused connection
        // would then wait some 40 ms for a delayed acknowledgement.
        socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client = new SmtpClient
        {
            Timeout = (int)server.Timeout.TotalMilliseconds,
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = CertificateTrust.CreateCallback(server.CaFile),
        };
    }

    public SmtpCapabilities Capabilities => client.Capabilities;

    /// <summary>The maximum message size that the server announced, in bytes; 0 if it announced none.</summary>
    public uint MaxSize => client.MaxSize;

    /// <summary>The stream for the message exchange: the socket, or TLS on top of it.</summary>
    public Stream Stream => Transport(ProtocolStream(client));

    /// <summary>
    /// Whether the connection is open and silent: pending data on an idle connection means the server is closing it.
    /// </summary>
    public bool IsAlive => client.IsConnected && !socket.Poll(0, SelectMode.SelectRead);

    /// <exception cref="Exception">The connection failed; <see cref="Explain"/> returns the reason.</exception>
    public static async Task<SmtpConnection> OpenAsync(SmtpOptions server, CancellationToken cancellationToken)
    {
        var connection = new SmtpConnection(server);
        try
        {
            await connection.ConnectAsync(cancellationToken);
            return connection;
        }
        catch
        {
            connection.Abort();
            throw;
        }
    }

    /// <summary>
    /// Why <see cref="OpenAsync"/> failed, in one line; null if the exception is not a connection failure.
    /// </summary>
    public static string? Explain(Exception fault, SmtpOptions server) => fault switch
    {
        AuthenticationException => $"{server.Host} rejected the login of {server.UserName}: {FirstLine(fault.Message)}",
        SslHandshakeException => $"no secure connection to {server.Host}:{server.Port}: {FirstLine(fault.Message)}",
        SmtpCommandException e => new SmtpReply((int)e.StatusCode, FirstLine(e.Message)).ToString(),
        OperationCanceledException => $"{server.Host}:{server.Port} did not respond in time",
        NotSupportedException => $"{server.Host}:{server.Port}: {FirstLine(fault.Message)}",
        IOException or SocketException or ProtocolException or TimeoutException or UnauthorizedAccessException =>
            $"cannot connect to {server.Host}:{server.Port}: {FirstLine(fault.Message)}",
        _ => null,
    };

    /// <summary>Sends QUIT if the connection is still alive, and closes it.</summary>
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
            // The server closed the connection first.
        }

        Abort();
    }

    /// <summary>Closes the connection without QUIT.</summary>
    public void Abort()
    {
        client.Dispose();
        socket.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        var handshakeStream = new HandshakeLimitStream(new NetworkStream(socket, ownsSocket: true));
        await client.ConnectAsync(handshakeStream, server.Host, server.Port, ToSocketOptions(server.Security), cancellationToken);
        if (server.UserName.Length > 0)
        {
            await AuthenticateAsync(cancellationToken);
        }

        handshakeStream.IsHandshakeComplete = true;
    }

    private Task AuthenticateAsync(CancellationToken cancellationToken)
    {
        // Read at each login, so that a new password or token needs no restart.
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

    private static SecureSocketOptions ToSocketOptions(SmtpSecurity security) => security switch
    {
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTlsWhenAvailable,
    };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    // Sending through MailKit costs twice the CPU time (docs/performance.md), and MailKit does not expose its stream.
    // These names hold for the pinned version; a test sends through them.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Stream")]
    [return: UnsafeAccessorType("MailKit.Net.Smtp.SmtpStream, MailKit")]
    private static extern object ProtocolStream(SmtpClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Stream")]
    private static extern Stream Transport([UnsafeAccessorType("MailKit.Net.Smtp.SmtpStream, MailKit")] object stream);
}
