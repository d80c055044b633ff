using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrendingMail.Tests.Delivery.Smtp.Servers;

/// <summary>The point in the SMTP dialogue at which the server fails.</summary>
public enum SmtpPhase
{
    Connect,
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,

    /// <summary>After half of the message.</summary>
    DuringData,

    /// <summary>After the end of the message, before the reply.</summary>
    AfterData,
    Quit,
}

/// <summary>What the server does instead of replying.</summary>
public enum SmtpFault
{
    /// <summary>Replies 421 and closes the connection.</summary>
    Closing,
    TryAgain,
    Reject,
    Drop,
    Stall,
    Garbage,

    /// <summary>Sends the normal reply so slowly that the client times out.</summary>
    SlowBytes,

    /// <summary>Sends a reply that never ends.</summary>
    HugeReply,
}

/// <summary>
/// An SMTP server with STARTTLS and AUTH that fails once, at one phase of one dialogue, and works normally afterwards.
/// </summary>
public sealed class FaultySmtpServer : IAsyncDisposable
{
    private const string EndlessLine =
        "250-and more of it, and more, and more, and more, and more, and more, and more\r\n";

    /// <summary>The message is much longer than the buffers between two sockets.</summary>
    private const int HalfMessageLines = 100;

    private static readonly TimeSpan ByteDelay = TimeSpan.FromMilliseconds(500);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly X509Certificate2 certificate;
    private readonly SmtpPhase phase;
    private readonly SmtpFault fault;
    private readonly Task accepting;
    private int triggered;

    public FaultySmtpServer(X509Certificate2 certificate, SmtpPhase phase, SmtpFault fault)
    {
        this.certificate = certificate;
        this.phase = phase;
        this.fault = fault;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public bool HasTriggered => triggered > 0;

    /// <summary>The Message-IDs of the messages that the server accepted, including duplicates.</summary>
    public ConcurrentQueue<string> AcceptedIds { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        await accepting;
        listener.Dispose();
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(closing.Token);
                served.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await ServeDialogueAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException
                or System.Security.Authentication.AuthenticationException)
            {
                // The client closed the connection, or the test is over.
            }
        }
    }

    private async Task ServeDialogueAsync(Stream stream)
    {
        if (await StepAsync(stream, SmtpPhase.Connect, "") == Step.Ended
            || await StepAsync(stream, SmtpPhase.Greeting, "220 test ESMTP\r\n") == Step.Ended)
        {
            return;
        }

        var isSecure = false;
        var lineReader = new LineReader(stream);
        var (hasSender, hasRecipient) = (false, false);
        while (await lineReader.NextAsync(closing.Token) is { } line)
        {
            var step = line.Split(' ', ':')[0].ToUpperInvariant() switch
            {
                "EHLO" => await StepAsync(stream, SmtpPhase.Ehlo,
                    "250-test\r\n250-PIPELINING\r\n" + (isSecure ? "250 AUTH PLAIN\r\n" : "250 STARTTLS\r\n")),
                "STARTTLS" => await StepAsync(stream, SmtpPhase.StartTls, "220 go on\r\n"),
                "AUTH" => await StepAsync(stream, SmtpPhase.Auth, "235 2.7.0 welcome\r\n"),
                "MAIL" => await StepAsync(stream, SmtpPhase.Mail, "250 2.1.0 ok\r\n"),
                "RCPT" when !hasSender => await StepAsync(stream, null, "503 5.5.1 no sender\r\n"),
                "RCPT" => await StepAsync(stream, SmtpPhase.Rcpt, "250 2.1.5 ok\r\n"),
                "DATA" => await StepAsync(stream, SmtpPhase.Data, "354 go on\r\n"),
                "QUIT" => await StepAsync(stream, SmtpPhase.Quit, "221 bye\r\n"),
                _ => await StepAsync(stream, null, "250 2.0.0 ok\r\n"),
            };
            hasSender = line[..4] switch
            {
                "MAIL" => step == Step.Normal,
                "RSET" => false,
                _ => hasSender,
            };
            hasRecipient = line[..4] switch
            {
                "RCPT" => step == Step.Normal && hasSender,
                "MAIL" or "RSET" => false,
                _ => hasRecipient,
            };
            if (step == Step.Normal && line == "STARTTLS")
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = certificate }, closing.Token);
                (stream, isSecure, lineReader) = (secure, true, new LineReader(secure));
            }
            else if (step == Step.Normal && line == "DATA")
            {
                step = await ReceiveMessageAsync(stream, lineReader, hasRecipient);
            }

            if (step == Step.Ended || line == "QUIT")
            {
                return;
            }
        }
    }

    /// <summary>Receives a message to its end and replies once.</summary>
    private async Task<Step> ReceiveMessageAsync(Stream stream, LineReader lineReader, bool hasRecipient)
    {
        var id = "";
        var hasReplied = false;
        for (var count = 1; await lineReader.NextAsync(closing.Token) is { } line; count++)
        {
            if (line.StartsWith("Message-Id: <", StringComparison.OrdinalIgnoreCase))
            {
                id = line["Message-Id: <".Length..^1];
            }

            if (count == HalfMessageLines && phase == SmtpPhase.DuringData)
            {
                var step = await StepAsync(stream, SmtpPhase.DuringData, "");
                if (step == Step.Ended)
                {
                    return step;
                }

                hasReplied = step == Step.Other;
            }

            if (line == "." && !hasRecipient)
            {
                return await StepAsync(stream, null, "554 5.5.1 no valid recipients\r\n");
            }

            if (line == ".")
            {
                return hasReplied ? Step.Normal : await ReplyToMessageAsync(stream, id);
            }
        }

        return Step.Ended;
    }

    private async Task<Step> ReplyToMessageAsync(Stream stream, string id)
    {
        // The worst case: if the client cannot know, the message was accepted.
        if (phase == SmtpPhase.AfterData && triggered == 0 &&
            fault is SmtpFault.Closing or SmtpFault.TryAgain or SmtpFault.Reject)
        {
            return await StepAsync(stream, SmtpPhase.AfterData, "");
        }

        AcceptedIds.Enqueue(id);
        return await StepAsync(stream, SmtpPhase.AfterData, "250 2.0.0 accepted\r\n");
    }

    private async Task<Step> StepAsync(Stream stream, SmtpPhase? now, string normalReply)
    {
        if (now != phase || Interlocked.Exchange(ref triggered, 1) == 1)
        {
            await WriteAsync(stream, normalReply);
            return Step.Normal;
        }

        switch (fault)
        {
            case SmtpFault.Closing:
                await WriteAsync(stream, "421 4.3.2 closing\r\n");
                return Step.Ended;
            case SmtpFault.TryAgain:
                await WriteAsync(stream, "451 4.3.0 try again\r\n");
                return Step.Other;
            case SmtpFault.Reject:
                await WriteAsync(stream, "554 5.0.0 no\r\n");
                return Step.Other;
            case SmtpFault.Garbage:
                await WriteAsync(stream, "\u0001\u0002 what is this\r\n");
                return Step.Other;
            case SmtpFault.SlowBytes when normalReply.Length > 0:
                foreach (var letter in normalReply)
                {
                    await WriteAsync(stream, letter.ToString());
                    await Task.Delay(ByteDelay, closing.Token);
                }

                return Step.Ended;
            case SmtpFault.HugeReply:
                while (true)
                {
                    await WriteAsync(stream, EndlessLine);
                }

            case SmtpFault.Drop:
                return Step.Ended;
            default:
                await Task.Delay(Timeout.Infinite, closing.Token);
                return Step.Ended;
        }
    }

    private async Task WriteAsync(Stream stream, string text) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), closing.Token);

    private enum Step
    {
        /// <summary>The server sent the normal reply.</summary>
        Normal,

        /// <summary>The server sent another reply and continues.</summary>
        Other,
        Ended,
    }

    /// <summary>Reads lines without their line endings.</summary>
    private sealed class LineReader(Stream stream)
    {
        private readonly byte[] buffer = new byte[64 * 1024];
        private int start;
        private int end;

        /// <summary>The next line; null at the end of the stream.</summary>
        public async Task<string?> NextAsync(CancellationToken cancellationToken)
        {
            var line = "";
            while (true)
            {
                var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
                line += Encoding.ASCII.GetString(buffer, start, length < 0 ? end - start : length);
                if (length >= 0)
                {
                    start += length + 1;
                    return line.TrimEnd('\r');
                }

                start = 0;
                end = await stream.ReadAsync(buffer, cancellationToken);
                if (end == 0)
                {
                    return null;
                }
            }
        }
    }
}
