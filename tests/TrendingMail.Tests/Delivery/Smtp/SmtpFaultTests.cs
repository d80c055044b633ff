using System.Text;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Messages;
using TrendingMail.Messages.Mime;
using TrendingMail.Tests.Delivery.Smtp.Servers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>
/// One fault at each phase of the SMTP dialogue, while mail to several subscribers is sent. Every delivery ends in the
/// right state, nothing is lost, nothing is sent twice beyond the delivery promise, and no connection hangs.
/// </summary>
public abstract class SmtpFaultTests(SmtpFault fault) : DeliveryQueueTestBase(new SqliteFixture())
{
    private const int DeliveryCount = 4;

    private const int Rounds = 4;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(15);

    /// <summary>More than the buffers between two sockets hold.</summary>
    private static readonly byte[] LongText =
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 16 * 1024)));

    public static TheoryData<SmtpPhase> Phases => [.. Enum.GetValues<SmtpPhase>()];

    /// <summary>Whether the client cannot know if the server accepted the message.</summary>
    private bool IsAmbiguous => fault is not (SmtpFault.Closing or SmtpFault.TryAgain or SmtpFault.Reject);

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Phases))]
    public async Task EveryDeliveryEndsInTheRightState(SmtpPhase phase)
    {
        var (states, acceptedIds) = await DeliverAsync(phase);

        var rejected = fault == SmtpFault.Reject
            && phase is SmtpPhase.Rcpt or SmtpPhase.Data or SmtpPhase.DuringData or SmtpPhase.AfterData ? 1 : 0;
        var duplicates = IsAmbiguous && phase == SmtpPhase.AfterData ? 1 : 0;
        Assert.Equal(DeliveryCount - rejected, states.Count(state => state.State == "sent"));
        Assert.Equal(rejected, states.Count(state => state.State == "failed"));
        Assert.Equal(DeliveryCount - rejected, acceptedIds.Distinct().Count());
        Assert.Equal(DeliveryCount - rejected + duplicates, acceptedIds.Count);
        if (phase is SmtpPhase.Connect or SmtpPhase.Greeting or SmtpPhase.Ehlo or SmtpPhase.StartTls or SmtpPhase.Auth
            or SmtpPhase.Quit)
        {
            Assert.All(states, state => Assert.Equal(1, state.Attempts));
        }

        await AssertCountsAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task TheHoldPolicySendsNothingTwice()
    {
        Delivery = new DeliveryOptions { OnUncertain = UncertainPolicy.Hold };

        var (states, acceptedIds) = await DeliverAsync(SmtpPhase.AfterData);

        Assert.Equal(IsAmbiguous ? 1 : 0, states.Count(state => state.State == "uncertain"));
        Assert.Equal(acceptedIds.Distinct().Count(), acceptedIds.Count);
        await AssertCountsAsync();
    }

    private async Task<(IReadOnlyList<(string State, int Attempts)> States,
        IReadOnlyCollection<string> AcceptedIds)> DeliverAsync(
        SmtpPhase phase)
    {
        for (var i = 0; i < DeliveryCount; i++)
        {
            await EnqueueAsync($"subscriber{i}@example.net");
        }

        using var folder = new TemporaryFolder();
        using var certificate = TestCertificate.Create();
        await using var server = new FaultySmtpServer(certificate, phase, fault);
        await using var transport = new SmtpTransport(
            [
                new SmtpOptions
                {
                    Host = "127.0.0.1",
                    Port = server.Port,
                    Security = SmtpSecurity.StartTls,
                    CaFile = folder.Write("ca.pem", certificate.ExportCertificatePem()),
                    UserName = "mailer",
                    Password = "open sesame",
                    Connections = 2,
                    IdleSeconds = 0,

                    // Short only in tests that wait for the timeout.
                    TimeoutSeconds = phase == SmtpPhase.DuringData
                        ? 3 : fault is SmtpFault.Stall or SmtpFault.SlowBytes ? 1 : 30,
                },
            ], Clock);
        using var dispatcher = CreateDispatcher(transport, phase == SmtpPhase.DuringData ? LongMessages() : null);
        for (var round = 0; round < Rounds; round++)
        {
            await dispatcher.DispatchAsync(null, Stop);
            Clock.Advance(RetryInterval);
        }

        Assert.True(server.HasTriggered);
        return (await DeliveriesAsync(), server.AcceptedIds);
    }

    private static Composer LongMessages() => (identity, _, _) =>
    {
        var message = new WireBuffer(LongText.Length);
        message.Append(
            Encoding.ASCII.GetBytes($"Message-Id: <{identity.DeliveryId}@example.org>\r\nSubject: long\r\n\r\n"));
        message.Append(LongText);
        return Task.FromResult<Composition>(new Composition.Mail(new Envelope(
            $"{identity.DeliveryId}@example.org", "bounces@example.org", "subscriber@example.net", message)));
    };
}

public sealed class AServerThatClosesWith421() : SmtpFaultTests(SmtpFault.Closing);

public sealed class AServerThatReplies451() : SmtpFaultTests(SmtpFault.TryAgain);

public sealed class AServerThatRejects() : SmtpFaultTests(SmtpFault.Reject);

public sealed class AServerThatDropsTheConnection() : SmtpFaultTests(SmtpFault.Drop);

public sealed class AServerThatStalls() : SmtpFaultTests(SmtpFault.Stall);

public sealed class AServerThatSendsGarbage() : SmtpFaultTests(SmtpFault.Garbage);

public sealed class AServerThatRepliesTooSlowly() : SmtpFaultTests(SmtpFault.SlowBytes);

public sealed class AServerThatNeverEndsItsReply() : SmtpFaultTests(SmtpFault.HugeReply);
