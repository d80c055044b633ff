using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using TrendingMail.Delivery.Smtp.Connecting;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// A connection that is ready for messages. TCP and TLS are ours, so that <see cref="SmtpExchange"/> can use the same
/// stream; MailKit speaks EHLO, AUTH and QUIT on it, and is idle in between.
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private readonly SmtpOptions server;
    private readonly Socket socket;
    private readonly HandshakeLimitStream network;
    private readonly SmtpClient client;

    private SmtpConnection(SmtpOptions server, Socket socket)
    {
        this.server = server;
        this.socket = socket;
        network = new HandshakeLimitStream(new NetworkStream(socket, ownsSocket: true));
        Stream = network;
        client = new SmtpClient { LocalDomain = EhloDomain.Local };
    }

    public SmtpCapabilities Capabilities => client.Capabilities;

    /// <summary>The maximum message size that the server announced, in bytes; 0 if it announced none.</summary>
    public uint MaxSize => client.MaxSize;

    /// <summary>The stream for the message exchange: the socket, or TLS on top of it.</summary>
    public Stream Stream { get; private set; }

    /// <summary>
    /// Whether the connection is open and silent: pending data on an idle connection means the server is closing it.
    /// </summary>
    public bool IsAlive => client.IsConnected && !socket.Poll(0, SelectMode.SelectRead);

    /// <exception cref="Exception">The connection failed; <see cref="Explain"/> returns the reason.</exception>
    public static async Task<SmtpConnection> OpenAsync(SmtpOptions server, CancellationToken cancellationToken)
    {
        var socket = await TcpConnector.ConnectAsync(server.Host, server.Port, server.Timeout, cancellationToken);
        var connection = new SmtpConnection(server, socket);
        try
        {
            await connection.NegotiateAsync(cancellationToken);
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
        // The server is closing the connection, which says nothing about the login.
        AuthenticationException { InnerException: SmtpCommandException e }
            when e.StatusCode == SmtpStatusCode.ServiceNotAvailable => Explain(e, server),
        AuthenticationException =>
            $"{server.Host} rejected the login of {server.UserName}: {ToSingleLine(fault.Message)}",
        SslHandshakeException => $"no secure connection to {server.Host}:{server.Port}: {FirstLine(fault.Message)}",
        SmtpCommandException e => new SmtpReply((int)e.StatusCode, ToSingleLine(e.Message)).ToString(),
        OperationCanceledException => $"{server.Host}:{server.Port} did not respond in time",
        NotSupportedException => $"{server.Host}:{server.Port}: {FirstLine(fault.Message)}",
        IOException or SocketException or ProtocolException or FormatException or TimeoutException or
            UnauthorizedAccessException =>
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
        catch (Exception e) when (
            e is IOException or SocketException or ProtocolException or OperationCanceledException)
        {
            // The server closed the connection first.
        }

        Abort();
    }

    /// <summary>Closes the connection without QUIT.</summary>
    public void Abort()
    {
        client.Dispose();
        Stream.Dispose();
    }

    private async Task NegotiateAsync(CancellationToken cancellationToken)
    {
        var negotiated = server.Security switch
        {
            SmtpSecurity.None => new NegotiatedStream(network, []),
            SmtpSecurity.Tls => new NegotiatedStream(
                await TlsConnector.ConnectAsync(network, server, cancellationToken), []),
            _ => await new StartTlsNegotiator(network, server, client.LocalDomain!).NegotiateAsync(cancellationToken),
        };
        Stream = negotiated.Stream;
        await client.ConnectAsync(
            new ReplayStream(negotiated.Greeting, Stream),
            server.Host,
            server.Port,
            SecureSocketOptions.None,
            cancellationToken);
        if (server.UserName.Length > 0)
        {
            if (server.RequiresTls && Stream is not SslStream)
            {
                throw new NotSupportedException("the password would be sent unencrypted");
            }

            await SmtpAuthenticator.AuthenticateAsync(client, Stream, server, cancellationToken);
        }

        network.IsHandshakeComplete = true;
    }

    /// <summary>The text of a reply, which MailKit has on several lines, on one.</summary>
    private static string ToSingleLine(string text)
    {
        var reply = new ReplyText();
        foreach (var line in text.Split('\n'))
        {
            reply.Append(line.Trim());
        }

        return reply.ToString();
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
