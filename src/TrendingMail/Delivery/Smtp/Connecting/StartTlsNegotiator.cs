using System.Text;
using MailKit.Net.Smtp;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Delivery.Smtp.Connecting;

/// <summary>
/// Begins a dialogue and switches it to TLS (RFC 3207): greeting, EHLO, STARTTLS and the handshake. Nothing that the
/// server said before TLS is used afterwards, because anyone on the network could have said it.
/// </summary>
/// <param name="localDomain">The name for EHLO.</param>
internal sealed class StartTlsNegotiator(Stream stream, SmtpOptions server, string localDomain)
{
    private readonly ReplyReader replies = new(stream);

    /// <summary>
    /// Returns the secured stream. If the server does not offer STARTTLS and
    /// <see cref="SmtpOptions.RequiresTls"/> is false, returns the unsecured one.
    /// </summary>
    /// <exception cref="NotSupportedException">The server does not offer STARTTLS, which is required.</exception>
    /// <exception cref="SmtpCommandException">The server rejected the connection or a command.</exception>
    /// <exception cref="SmtpProtocolException">The server sent data that no command asked for.</exception>
    /// <exception cref="FormatException">A reply is malformed.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public async Task<NegotiatedStream> NegotiateAsync(CancellationToken cancellationToken)
    {
        var greeting = Expect(await replies.ReadAsync(cancellationToken), SmtpStatusCode.ServiceReady);
        if (await IsStartTlsOfferedAsync(cancellationToken))
        {
            await SendAsync("STARTTLS\r\n", cancellationToken);
            Expect(await replies.ReadAsync(cancellationToken), SmtpStatusCode.ServiceReady);
            RejectUnread();
            var tls = await TlsConnector.ConnectAsync(stream, server, cancellationToken);
            return new NegotiatedStream(tls, "220 TLS established\r\n"u8.ToArray());
        }

        if (server.RequiresTls)
        {
            throw new NotSupportedException(server.Security == SmtpSecurity.StartTls
                ? "the server does not offer STARTTLS, which Security requires"
                : "the server does not offer STARTTLS, and without it the password would be sent unencrypted; " +
                    "set AllowPlaintextPassword if the server is on this machine");
        }

        RejectUnread();
        return new NegotiatedStream(stream, Encoding.UTF8.GetBytes($"{greeting}\r\n"));
    }

    private async Task<bool> IsStartTlsOfferedAsync(CancellationToken cancellationToken)
    {
        await SendAsync($"EHLO {localDomain}\r\n", cancellationToken);
        var lines = new List<string>();
        var reply = await replies.ReadAsync(lines, cancellationToken);

        // A server that rejects EHLO for good may know only HELO, and then it has no extensions.
        if (reply.Code >= 500 && !server.RequiresTls)
        {
            return false;
        }

        Expect(reply, SmtpStatusCode.Ok);
        return lines.Skip(1).Any(line => line.Equals("STARTTLS", StringComparison.OrdinalIgnoreCase));
    }

    private async Task SendAsync(string command, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>
    /// Data that no command asked for would be taken for the reply to the next one, even if that is sent under TLS.
    /// </summary>
    private void RejectUnread()
    {
        if (replies.HasUnread)
        {
            throw new SmtpProtocolException("the server sent unencrypted data that no command asked for");
        }
    }

    private static SmtpReply Expect(SmtpReply reply, SmtpStatusCode expected) => reply.Code == (int)expected
        ? reply
        : throw new SmtpCommandException(
            SmtpErrorCode.UnexpectedStatusCode, (SmtpStatusCode)reply.Code, reply.Text);
}

/// <param name="Greeting">
/// The greeting, if it was already read from the stream: a client that begins its dialogue there must read it first.
/// </param>
internal sealed record NegotiatedStream(Stream Stream, byte[] Greeting);
