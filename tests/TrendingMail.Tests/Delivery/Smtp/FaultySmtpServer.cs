using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>Where in a dialogue the server goes wrong.</summary>
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
    InTheData,

    /// <summary>After the end of the message, before the reply.</summary>
    AfterTheDot,
    Quit,
}

/// <summary>What the server does instead of answering.</summary>
public enum SmtpFault
{
    /// <summary>421 and the end.</summary>
    Closing,
    TryAgain,
    Refuse,
    Drop,
    Stall,
    Garbage,

    /// <summary>The usual reply, so slowly that it does not come in time.</summary>
    SlowBytes,

    /// <summary>A reply without end.</summary>
    HugeReply,
}

/// <summary>
/// An SMTP server with STARTTLS and AUTH that goes wrong once, at one phase of one dialogue, and then works as it
/// should.
/// </summary>
public sealed class FaultySmtpServer : IAsyncDisposable
{
    private const string TooLong = "250-and more of it, and more, and more, and more, and more, and more, and more\r\n";

    /// <summary>Far more than the buffers between two sockets hold follows.</summary>
    private const int LinesOfHalfAMessage = 100;

    private static readonly TimeSpan SlowByte = TimeSpan.FromMilliseconds(500);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly X509Certificate2 certificate;
    private readonly SmtpPhase phase;
    private readonly SmtpFault fault;
    private readonly Task accepting;
    private int played;

    public FaultySmtpServer(X509Certificate2 certificate, SmtpPhase phase, SmtpFault fault)
    {
        this.certificate = certificate;
        this.phase = phase;
        this.fault = fault;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public bool HasPlayed => played > 0;

    /// <summary>The Message-IDs of the messages that the server took, each as often as it took it.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

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
                await TalkAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException
                or System.Security.Authentication.AuthenticationException)
            {
                // The client went first, or the test is over.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        if (await StepAsync(stream, SmtpPhase.Connect, "") == Step.Ended
            || await StepAsync(stream, SmtpPhase.Greeting, "220 test ESMTP\r\n") == Step.Ended)
        {
            return;
        }

        var isSecure = false;
        var lines = new Lines(stream);
        var (hasSender, hasRecipient) = (false, false);
        while (await lines.NextAsync(closing.Token) is { } line)
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
                "MAIL" => step == Step.Usual,
                "RSET" => false,
                _ => hasSender,
            };
            hasRecipient = line[..4] switch
            {
                "RCPT" => step == Step.Usual && hasSender,
                "MAIL" or "RSET" => false,
                _ => hasRecipient,
            };
            if (step == Step.Usual && line == "STARTTLS")
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = certificate }, closing.Token);
                (stream, isSecure, lines) = (secure, true, new Lines(secure));
            }
            else if (step == Step.Usual && line == "DATA")
            {
                step = await TakeAsync(stream, lines, hasRecipient);
            }

            if (step == Step.Ended || line == "QUIT")
            {
                return;
            }
        }
    }

    /// <summary>Takes a message to its end, and answers once.</summary>
    private async Task<Step> TakeAsync(Stream stream, Lines lines, bool hasRecipient)
    {
        var id = "";
        var isAnswered = false;
        for (var count = 1; await lines.NextAsync(closing.Token) is { } line; count++)
        {
            if (line.StartsWith("Message-Id: <", StringComparison.OrdinalIgnoreCase))
            {
                id = line["Message-Id: <".Length..^1];
            }

            if (count == LinesOfHalfAMessage && phase == SmtpPhase.InTheData)
            {
                var step = await StepAsync(stream, SmtpPhase.InTheData, "");
                if (step == Step.Ended)
                {
                    return step;
                }

                isAnswered = step == Step.Other;
            }

            if (line == "." && !hasRecipient)
            {
                return await StepAsync(stream, null, "554 5.5.1 no valid recipients\r\n");
            }

            if (line == ".")
            {
                return isAnswered ? Step.Usual : await AnswerAsync(stream, id);
            }
        }

        return Step.Ended;
    }

    private async Task<Step> AnswerAsync(Stream stream, string id)
    {
        // The worst case: where the client cannot know, the message was taken.
        if (phase == SmtpPhase.AfterTheDot && played == 0 && fault is SmtpFault.Closing or SmtpFault.TryAgain or SmtpFault.Refuse)
        {
            return await StepAsync(stream, SmtpPhase.AfterTheDot, "");
        }

        Taken.Enqueue(id);
        return await StepAsync(stream, SmtpPhase.AfterTheDot, "250 2.0.0 taken\r\n");
    }

    private async Task<Step> StepAsync(Stream stream, SmtpPhase? now, string usual)
    {
        if (now != phase || Interlocked.Exchange(ref played, 1) == 1)
        {
            await WriteAsync(stream, usual);
            return Step.Usual;
        }

        switch (fault)
        {
            case SmtpFault.Closing:
                await WriteAsync(stream, "421 4.3.2 closing\r\n");
                return Step.Ended;
            case SmtpFault.TryAgain:
                await WriteAsync(stream, "451 4.3.0 try again\r\n");
                return Step.Other;
            case SmtpFault.Refuse:
                await WriteAsync(stream, "554 5.0.0 no\r\n");
                return Step.Other;
            case SmtpFault.Garbage:
                await WriteAsync(stream, "\u0001\u0002 what is this\r\n");
                return Step.Other;
            case SmtpFault.SlowBytes when usual.Length > 0:
                foreach (var letter in usual)
                {
                    await WriteAsync(stream, letter.ToString());
                    await Task.Delay(SlowByte, closing.Token);
                }

                return Step.Ended;
            case SmtpFault.HugeReply:
                while (true)
                {
                    await WriteAsync(stream, TooLong);
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
        /// <summary>The server answered as it should.</summary>
        Usual,

        /// <summary>It answered something else, and goes on.</summary>
        Other,
        Ended,
    }

    /// <summary>The lines that come over a connection, without their ends.</summary>
    private sealed class Lines(Stream stream)
    {
        private readonly byte[] buffer = new byte[64 * 1024];
        private int start;
        private int end;

        /// <summary>Null at the end of the connection.</summary>
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
