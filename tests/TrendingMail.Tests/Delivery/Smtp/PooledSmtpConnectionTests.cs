using System.Net;
using System.Net.Sockets;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Delivery.Smtp.Exchange;
using TrendingMail.Messages;
using TrendingMail.Tests.Delivery.Smtp.Servers;
using TrendingMail.Tests.Messages;

namespace TrendingMail.Tests.Delivery.Smtp;

public sealed class PooledSmtpConnectionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AMessageIsSentWithItsEnvelope()
    {
        await using var server = new ScriptedSmtpServer(line => line == "." ? "250 2.0.0 ok: queued as 4711" : null);

        var outcome = await SendAsync(server);

        Assert.Equal(new Outcome.Accepted("250 2.0.0 ok: queued as 4711"), outcome);
        Assert.Contains("MAIL FROM:<bounces@example.org>", server.Lines);
        Assert.Contains("RCPT TO:<ada@example.net>", server.Lines);
        Assert.Contains("Ada, here are your papers.", Assert.Single(server.Messages), StringComparison.Ordinal);
        Assert.Equal("QUIT", server.Lines.Last());
    }

    [Theory]
    [InlineData("MAIL", "451 4.3.0 try again", "451 4.3.0 try again")]
    [InlineData("RCPT", "450 4.2.0 greylisted", "450 4.2.0 greylisted")]
    [InlineData("DATA", "452 4.3.1 no room", "452 4.3.1 no room")]
    [InlineData(".", "451 4.7.1 slow down", "451 4.7.1 slow down")]
    public async Task A4xxIsDeferred(string command, string reply, string expected) =>
        Assert.Equal(new Outcome.Deferred(expected), await SendAsync(Replying(command, reply)));

    [Theory]
    [InlineData("RCPT", "550 5.1.1 no such user", "550 5.1.1 no such user")]
    [InlineData("MAIL", "552 5.3.4 too big", "552 5.3.4 too big")]
    [InlineData(".", "554 5.7.1 looks like spam", "554 5.7.1 looks like spam")]
    [InlineData("RCPT", "550-5.1.1 no\r\n550 5.1.1 such user", "550 5.1.1 no such user")]
    [InlineData(".", "250-2.0.0 wait\r\n554 5.7.1 looks like spam", "554 2.0.0 wait 5.7.1 looks like spam")]
    public async Task A5xxIsRejected(string command, string reply, string expected) =>
        Assert.Equal(expected, Assert.IsType<Outcome.Rejected>(await SendAsync(Replying(command, reply))).Reply);

    [Theory]
    [InlineData("\r\n250 2.0.0 ok", "250 2.0.0 ok")]
    [InlineData("250OK", "250 OK")]
    [InlineData("250-2.0.0 ok\r\n\r\n250 2.0.0 queued", "250 2.0.0 ok queued")]
    public async Task AnOddlyFormattedReplyToTheMessageIsAccepted(string reply, string expected) =>
        Assert.Equal(new Outcome.Accepted(expected), await SendAsync(Replying(".", reply)));

    [Fact]
    public async Task AnEmptyMessageThatTheServerAcceptsAfterARejectedRecipientChangesNothing()
    {
        var server = new ScriptedSmtpServer(line =>
            line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250 PIPELINING"
            : line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no such user"
            : line == "." ? "250 2.0.0 ok"
            : null);

        Assert.Equal(new Outcome.Rejected("550 5.1.1 no such user"), await SendAsync(server));
    }

    [Fact]
    public async Task AnInvalidSenderIsNoVerdictOnTheRecipient()
    {
        await using var server = new ScriptedSmtpServer(_ => null);
        await using var connection = await SmtpConnection.OpenAsync(Options(server), Stop);

        Assert.IsType<Outcome.Unreachable>(await new SmtpExchange(connection, Options(server)).SendAsync(
            "\"a b\"@example.org", "ada@example.net", "Subject: x\r\n\r\n"u8.ToArray(), Stop));
    }

    [Theory]
    [InlineData("CONNECT", "421 4.3.2 too busy")]
    [InlineData("MAIL", "421 4.7.0 closing")]
    [InlineData("RCPT", "421 4.7.0 closing")]
    [InlineData(".", "421 4.4.2 closing")]
    public async Task A421IsUnreachable(string command, string reply) =>
        Assert.IsType<Outcome.Unreachable>(await SendAsync(Replying(command, reply)));

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("EHLO", "HELO")]
    public async Task ARejectedConnectionIsUnreachable(params string[] commands) =>
        Assert.Equal(
            new Outcome.Unreachable("554 5.7.1 your network is blocked"), await SendAsync(new ScriptedSmtpServer(
            line => commands.Contains(line.Split(' ')[0]) ? "554 5.7.1 your network is blocked" : null)));

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    public async Task AConnectionLostBeforeTheMessageIsUnreachable(string command) =>
        Assert.IsType<Outcome.Unreachable>(await SendAsync(Replying(command, "")));

    [Fact]
    public async Task AConnectionLostAfterTheMessageWasSentIsUncertain()
    {
        var outcome = await SendAsync(Replying(".", ""));

        Assert.Contains("lost", Assert.IsType<Outcome.Uncertain>(outcome).Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingServerIsUnreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var outcome = await SendAsync(
            new SmtpOptions { Host = "127.0.0.1", Port = port, Security = SmtpSecurity.None });

        Assert.Contains(
            $"127.0.0.1:{port}", Assert.IsType<Outcome.Unreachable>(outcome).Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConnectionIsReusedForTheNextMessageEvenAfterARejection()
    {
        var answers = new Queue<string?>(["550 5.1.1 no", null, "450 4.2.0 later", null]);
        await using var server = new ScriptedSmtpServer(
            line => line.StartsWith("RCPT", StringComparison.Ordinal) ? answers.Dequeue() : null);
        await using var connection = CreateConnection(Options(server));

        var outcomes = new List<Type>();
        for (var i = 0; i < 4; i++)
        {
            outcomes.Add((await SendAsync(connection, TestEnvelopes.To("ada@example.net"))).GetType());
        }

        Assert.Equal(
            [typeof(Outcome.Rejected), typeof(Outcome.Accepted), typeof(Outcome.Deferred), typeof(Outcome.Accepted)],
            outcomes);
        Assert.Equal(1, server.Connections);
        Assert.Equal(2, server.Messages.Count);
    }

    [Fact]
    public async Task ALostConnectionIsReopenedForTheNextMessage()
    {
        var answers = new Queue<string?>(["", null]);
        await using var server = new ScriptedSmtpServer(line => line == "." ? answers.Dequeue() : null);
        await using var connection = CreateConnection(Options(server));

        Assert.IsType<Outcome.Uncertain>(await SendAsync(connection, TestEnvelopes.To("ada@example.net")));
        Assert.IsType<Outcome.Accepted>(await SendAsync(connection, TestEnvelopes.To("ada@example.net")));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task AnInternationalLocalPartIsRejectedIfTheServerLacksSmtpUtf8()
    {
        await using var server = new ScriptedSmtpServer(_ => null);

        var outcome = await SendAsync(server, "jörg@example.net");

        Assert.Contains("no SMTPUTF8", Assert.IsType<Outcome.Rejected>(outcome).Reply, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnInternationalLocalPartIsSentIfTheServerOffersSmtpUtf8()
    {
        await using var server = new ScriptedSmtpServer(line =>
            line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8" : null);

        Assert.IsType<Outcome.Accepted>(await SendAsync(server, "jörg@example.net"));
        Assert.Contains(server.Lines, line => line.StartsWith("RCPT TO:<jörg@example.net>", StringComparison.Ordinal));
    }

    /// <summary>The envelope is ASCII, but the address of the author is not.</summary>
    [Theory]
    [InlineData("250 SMTPUTF8", typeof(Outcome.Accepted), true)]
    [InlineData("250 8BITMIME", typeof(Outcome.Rejected), false)]
    public async Task AHeaderThatIsNotAsciiNeedsSmtpUtf8(string extension, Type outcome, bool isSent)
    {
        await using var server = new ScriptedSmtpServer(line =>
            line.StartsWith("EHLO", StringComparison.Ordinal) ? $"250-test\r\n{extension}" : null);
        await using var connection = await SmtpConnection.OpenAsync(Options(server), Stop);

        Assert.IsType(outcome, await new SmtpExchange(connection, Options(server)).SendAsync(
            "bounces@example.org", "ada@example.net", "From: <jörg@example.org>\r\n\r\nHello\r\n"u8.ToArray(), Stop));
        Assert.Equal(
            isSent, server.Lines.Any(line => line.StartsWith("MAIL", StringComparison.Ordinal)
                && line.EndsWith(" SMTPUTF8", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AnInternationalDomainNeedsNoSmtpUtf8()
    {
        await using var server = new ScriptedSmtpServer(_ => null);

        Assert.IsType<Outcome.Accepted>(await SendAsync(server, "ada@bücher.example"));
        Assert.Contains(
            server.Lines, line => line.StartsWith("RCPT TO:<ada@xn--bcher-kva.example>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NothingIsSentUnencryptedIfTlsIsRequired()
    {
        await using var server = new ScriptedSmtpServer(_ => null);

        var outcome = await SendAsync(Options(server) with { Security = SmtpSecurity.StartTls });

        Assert.IsType<Outcome.Unreachable>(outcome);
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AFailedLoginNamesTheUserAndNotThePassword()
    {
        await using var server = new ScriptedSmtpServer(line =>
            line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250 AUTH PLAIN"
            : line.StartsWith("AUTH", StringComparison.Ordinal) ? "535 5.7.8 no"
            : null);

        var outcome = await SendAsync(Options(server) with
        {
            UserName = "mailer",
            Password = "hunter2",
            AllowPlaintextPassword = true,
        });

        var reply = Assert.IsType<Outcome.Unreachable>(outcome).Reply;
        Assert.Contains("mailer", reply, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", reply, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("530 5.7.0 must log in")]
    [InlineData("550 5.7.1 this sender is not wanted")]
    public async Task ARejectedSenderIsUnreachable(string reply) =>
        Assert.Equal(new Outcome.Unreachable(reply), await SendAsync(Replying("MAIL", reply)));

    [Theory]
    [InlineData("250-test\r\n250 PIPELINING")]
    [InlineData("250-test\r\n250-PIPELINING\r\n250 SIZE 1000000")]
    [InlineData("250-test\r\n250 CHUNKING")]
    [InlineData("250-test\r\n250-PIPELINING\r\n250 CHUNKING")]
    public async Task WithAnyExtensionsARejectionDoesNotAffectOtherMessages(string extensions)
    {
        await using var server = new ScriptedSmtpServer(line =>
            line.StartsWith("EHLO", StringComparison.Ordinal) ? extensions
            : line.Contains("nobody", StringComparison.Ordinal) ? "550 5.1.1 no such user"
            : null);
        await using var connection = CreateConnection(Options(server));

        Assert.IsType<Outcome.Accepted>(
            await SendAsync(connection, TestEnvelopes.To("ada@example.net", "1@example.org")));
        Assert.IsType<Outcome.Rejected>(
            await SendAsync(connection, TestEnvelopes.To("nobody@example.net", "2@example.org")));
        Assert.IsType<Outcome.Accepted>(
            await SendAsync(connection, TestEnvelopes.To("bo@example.net", "3@example.org")));

        Assert.Equal(1, server.Connections);
        Assert.Equal(
            ["1@example.org", "3@example.org"], server.Messages.Where(message => message.Length > 0).Select(message =>
            message.Split("Message-Id: <")[1].Split('>')[0]));
    }

    [Theory]
    [InlineData("250 test")]
    [InlineData("250-test\r\n250 CHUNKING")]
    public async Task LeadingDotsArriveUnchanged(string extensions)
    {
        await using var server = new ScriptedSmtpServer(
            line => line.StartsWith("EHLO", StringComparison.Ordinal) ? extensions : null);
        await using var connection = await SmtpConnection.OpenAsync(Options(server), Stop);

        await new SmtpExchange(connection, Options(server)).SendAsync("bounces@example.org", "ada@example.net",
            ".one\r\n..two\r\n.\r\nthree\r\n"u8.ToArray(), Stop);

        Assert.Equal(".one\n..two\n.\nthree\n", Assert.Single(server.Messages).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task AMessageOverTheServersSizeLimitIsNotOffered()
    {
        await using var server = new ScriptedSmtpServer(
            line => line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250 SIZE 20" : null);
        await using var connection = CreateConnection(Options(server));

        Assert.Contains("20 bytes", Assert.IsType<Outcome.Rejected>(
            await SendAsync(connection, TestEnvelopes.To("ada@example.net"))).Reply, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ada@example.net>\r\nRCPT TO:<eve@example.net")]
    [InlineData("ada b@example.net")]
    public async Task AnAddressCannotInjectCommands(string recipient)
    {
        await using var server = new ScriptedSmtpServer(_ => null);
        await using var connection = await SmtpConnection.OpenAsync(Options(server), Stop);

        Assert.IsType<Outcome.Rejected>(await new SmtpExchange(connection, Options(server)).SendAsync(
            "bounces@example.org", recipient, "Subject: x\r\n\r\n"u8.ToArray(), Stop));
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("RCPT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AConnectionIsReopenedAfterTheConfiguredNumberOfMessages()
    {
        await using var server = new ScriptedSmtpServer(_ => null);
        await using var connection = CreateConnection(Options(server) with { MessagesPerConnection = 2 });
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(connection, TestEnvelopes.To("ada@example.net"));
        }

        Assert.Equal(3, server.Connections);
    }

    [Theory]
    [InlineData(SmtpAuthentication.Plain, "AUTH PLAIN AG1haWxlcgBodW50ZXIy")]
    [InlineData(SmtpAuthentication.XOAuth2, "AUTH XOAUTH2 dXNlcj1tYWlsZXIBYXV0aD1CZWFyZXIgaHVudGVyMgEB")]
    public async Task TheConfiguredAuthenticationMechanismIsUsed(SmtpAuthentication authentication, string command)
    {
        await using var server = new ScriptedSmtpServer(line =>
            line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250 AUTH SCRAM-SHA-256 LOGIN PLAIN XOAUTH2"
            : line.StartsWith("AUTH", StringComparison.Ordinal) ? "235 2.7.0 welcome"
            : null);
        await using var connection = CreateConnection(Options(server) with
        {
            UserName = "mailer",
            Password = "hunter2",
            AllowPlaintextPassword = true,
            Authentication = authentication,
        });

        Assert.IsType<Outcome.Accepted>(await SendAsync(connection, TestEnvelopes.To("ada@example.net")));

        Assert.Contains(command, server.Lines);
    }

    [Fact]
    public void EachServerGetsItsConfiguredNumberOfConnections()
    {
        using var transport = new SmtpTransport(
            [new SmtpOptions { Host = "a", Connections = 3 },
                new SmtpOptions { Host = "b", Port = 587, Connections = 2 }], TimeProvider.System);

        Assert.Equal(5, transport.CreateConnections().Count);
        Assert.Equal("a:25, b:587", transport.Name);
    }

    private static ScriptedSmtpServer Replying(string command, string reply) =>
        new(line => line == command || line.StartsWith(command + " ", StringComparison.Ordinal) ? reply : null);

    private static SmtpOptions Options(ScriptedSmtpServer server) =>
        new()
        {
            Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, Connections = 1,
            IdleSeconds = 0
        };

    private static IMailConnection CreateConnection(SmtpOptions options) =>
        new SmtpTransport([options], TimeProvider.System).CreateConnections()[0];

    private static async Task<Outcome> SendAsync(ScriptedSmtpServer server, string recipient = "ada@example.net")
    {
        await using (server)
        {
            return await SendAsync(Options(server), recipient);
        }
    }

    private static async Task<Outcome> SendAsync(SmtpOptions options, string recipient = "ada@example.net")
    {
        await using var connection = CreateConnection(options with { Connections = 1 });
        return await SendAsync(connection, TestEnvelopes.To(recipient));
    }

    private static async Task<Outcome> SendAsync(IMailConnection connection, Envelope envelope)
    {
        using (envelope)
        {
            return await connection.PrepareAsync(Stop) is { } reason
                ? new Outcome.Unreachable(reason)
                : await connection.SendAsync(envelope, Stop);
        }
    }
}
