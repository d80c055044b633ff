using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Messages;
using TrendingMail.Tests.Delivery.Smtp.Servers;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>A limit of one server is no verdict on a message that another server can carry.</summary>
public sealed class ServerLimitTests() : DeliveryQueueTestBase(new SqliteFixture())
{
    private const string SmallServer = "250-small\r\n250 SIZE 100";

    private const int SubscriberCount = 13;

    public static TheoryData<string, string> Limits => new()
    {
        { "EHLO", SmallServer },
        { "MAIL", "552 5.3.4 Message size exceeds fixed limit" },
        { "MAIL", "552 message too large" },
        { "RCPT", "554 5.7.1 <subscriber@example.net>: Relay access denied" },
        { "RCPT", "530 5.7.0 Authentication required" },
        { "RCPT", "550 Please turn on SMTP Authentication in your mail client" },
        { "DATA", "500 Line too long" },
        { ".", "552 5.3.4 Message too big for system" },
        { ".", "554 5.6.3 conversion is required but not supported" },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Limits))]
    public async Task AnotherServerTakesWhatOneCannotCarry(string command, string reply)
    {
        await QueueManyAsync();
        await using var weak = Replying(command, reply);
        await using var strong = new ScriptedSmtpServer(_ => null);
        await using var transport = Transport(Options(weak) with { Connections = 3 }, Options(strong));

        await DispatchAsync(transport);

        Assert.All(await DeliveriesAsync(), delivery => Assert.Equal(("sent", 1), delivery));
        Assert.Equal(SubscriberCount, strong.Messages.Count);

        // One is the strong server's own. It may have ended when a worker of the weak one needs it for its last
        // message.
        Assert.InRange(strong.Connections, 1, 4);
    }

    [Fact(Timeout = 60_000)]
    public async Task AStandbyServerTakesWhatTheOthersCannotCarryAndNothingElse()
    {
        await using var first = new ScriptedSmtpServer(_ => null);
        await using var standby = Replying("EHLO", "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8");
        await using var transport = Transport(Options(first), Options(standby) with { Standby = true });

        Assert.IsType<Outcome.Accepted>(await SendAsync(transport, "ada@example.net"));
        Assert.Equal(
            $"127.0.0.1:{standby.Port}",
            Assert.IsType<Outcome.Accepted>(await SendAsync(transport, "jörg@example.net")).Server);
        Assert.Equal((1, 1), (first.Messages.Count, standby.Messages.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task WhatOneServerCannotCarryCountsToTheWarmUpOfTheOther()
    {
        await using var weak = Replying("EHLO", SmallServer);
        await using var strong = new ScriptedSmtpServer(_ => null);
        SmtpOptions[] servers =
        [
            Options(weak),
            Options(strong) with { WarmUp = new WarmUpOptions { FirstDay = Today, Start = 3, DomainStart = 3 } },
        ];
        WarmUps = new WarmUpSchedule(servers);
        using var limiter = CreateLimiter();
        await using var transport = new SmtpTransport(servers, Clock, null, limiter);

        Assert.IsType<Outcome.Accepted>(await SendAsync(transport, "ada@example.net"));
        Assert.IsType<Outcome.Accepted>(await SendAsync(transport, "bo@example.net"));
        Assert.Equal(
            new Outcome.Deferred($"127.0.0.1:{weak.Port} cannot carry the message, and the warm-up of " +
                $"127.0.0.1:{strong.Port} has no room for it"),
            await SendAsync(transport, "cy@example.net"));
        Assert.Equal(2, strong.Messages.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task AMessageThatNoServerCanCarryFailsWithTheReasonOfEach()
    {
        await using var first = Replying("EHLO", SmallServer);
        await using var second = Replying("MAIL", "552 5.3.4 too big for us");
        await using var transport = Transport(Options(first), Options(second));

        var reply = Assert.IsType<Outcome.Rejected>(await SendAsync(transport, "ada@example.net")).Reply;

        Assert.StartsWith("552 5.3.4 no configured server can carry the message", reply, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{first.Port}: 552 5.3.4", reply, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{second.Port}: 552 5.3.4 too big for us", reply, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task AMessageWaitsWhileTheServerThatMayCarryItIsUnavailable()
    {
        await using var weak = Replying("EHLO", SmallServer);
        var strong = new ScriptedSmtpServer(_ => null);
        await strong.DisposeAsync();
        await using var transport = Transport(Options(weak), Options(strong));

        Assert.IsType<Outcome.Deferred>(await SendAsync(transport, "ada@example.net"));
    }

    [Fact(Timeout = 60_000)]
    public async Task TheReplyOfTheServerThatCarriesAMessageCounts()
    {
        await using var weak = Replying("EHLO", SmallServer);
        await using var strong = Replying("RCPT", "550 5.1.1 no such user");
        await using var transport = Transport(Options(weak), Options(strong));

        Assert.Equal(
            new Outcome.Rejected("550 5.1.1 no such user") { Server = $"127.0.0.1:{strong.Port}" },
            await SendAsync(transport, "ada@example.net"));
    }

    [Fact(Timeout = 60_000)]
    public async Task AServerThatIgnoresItsOwnSmtpUtf8IsNotDown()
    {
        await using var weak = new ScriptedSmtpServer(line =>
            line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250 SMTPUTF8"
            : line.EndsWith(" SMTPUTF8", StringComparison.Ordinal) ? "555 5.5.4 unsupported parameter"
            : null);
        await using var transport = Transport(Options(weak));

        Assert.IsType<Outcome.Rejected>(await SendAsync(transport, "jörg@example.net"));
        Assert.IsType<Outcome.Accepted>(await SendAsync(transport, "ada@example.net"));
    }

    [Fact(Timeout = 60_000)]
    public async Task ALimitDoesNotPauseTheRecipientDomain()
    {
        await QueueManyAsync();
        await using var weak = Replying("EHLO", SmallServer);
        await using var transport = Transport(Options(weak));

        await DispatchAsync(transport);

        Assert.All(await DeliveriesAsync(), delivery => Assert.Equal(("failed", 1), delivery));
    }

    private static ScriptedSmtpServer Replying(string command, string reply) => new(line =>
        line == command || line.StartsWith(command + " ", StringComparison.Ordinal) ? reply : null);

    private static SmtpOptions Options(ScriptedSmtpServer server) =>
        new() { Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, Connections = 1 };

    private SmtpTransport Transport(params SmtpOptions[] servers) => new(servers, Clock);

    /// <summary>Sends a message through the first server.</summary>
    private static async Task<Outcome> SendAsync(SmtpTransport transport, string recipient)
    {
        var connections = transport.CreateConnections();
        try
        {
            using Envelope envelope = TestEnvelopes.To(recipient);
            return await connections[0].PrepareAsync(Stop) is { } reason
                ? new Outcome.Unreachable(reason)
                : await connections[0].SendAsync(envelope, Stop);
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task DispatchAsync(SmtpTransport transport)
    {
        using var dispatcher = CreateDispatcher(transport);
        await dispatcher.DispatchAsync(null, Stop);
    }

    private async Task QueueManyAsync()
    {
        for (var i = 0; i < SubscriberCount; i++)
        {
            await EnqueueAsync($"r{i}@example.org");
        }
    }
}
