using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Rendering;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>
/// One fault at each phase of a dialogue, in the midst of mail for several readers: each ends in the right state, nothing
/// is lost, nothing is doubled beyond the promise, and no lane is stuck.
/// </summary>
public abstract class SmtpFaultTests(SmtpFault fault) : LedgerBook(new SqliteFixture())
{
    private const int Readers = 4;

    private const int Rounds = 4;

    private static readonly TimeSpan UntilTheNextAttempt = TimeSpan.FromMinutes(15);

    /// <summary>More than the buffers between two sockets hold.</summary>
    private static readonly byte[] LongText =
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 16 * 1024)));

    public static TheoryData<SmtpPhase> Phases => [.. Enum.GetValues<SmtpPhase>()];

    /// <summary>Whether the client cannot know that the server did not take the message.</summary>
    private bool IsSilent => fault is not (SmtpFault.Closing or SmtpFault.TryAgain or SmtpFault.Refuse);

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Phases))]
    public async Task EveryReaderEndsInTheRightState(SmtpPhase phase)
    {
        var (states, taken) = await DeliverAsync(phase);

        var refused = fault == SmtpFault.Refuse
            && phase is SmtpPhase.Rcpt or SmtpPhase.Data or SmtpPhase.InTheData or SmtpPhase.AfterTheDot ? 1 : 0;
        var doubled = IsSilent && phase == SmtpPhase.AfterTheDot ? 1 : 0;
        Assert.Equal(Readers - refused, states.Count(state => state.State == "sent"));
        Assert.Equal(refused, states.Count(state => state.State == "failed"));
        Assert.Equal(Readers - refused, taken.Distinct().Count());
        Assert.Equal(Readers - refused + doubled, taken.Count);
        if (phase is SmtpPhase.Connect or SmtpPhase.Greeting or SmtpPhase.Ehlo or SmtpPhase.StartTls or SmtpPhase.Auth
            or SmtpPhase.Quit)
        {
            Assert.All(states, state => Assert.Equal(1, state.Attempts));
        }

        await AssertCountsAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task WithHoldNobodyGetsAMailTwice()
    {
        Delivery = new DeliveryOptions { OnUncertain = UncertainPolicy.Hold };

        var (states, taken) = await DeliverAsync(SmtpPhase.AfterTheDot);

        Assert.Equal(IsSilent ? 1 : 0, states.Count(state => state.State == "uncertain"));
        Assert.Equal(taken.Distinct().Count(), taken.Count);
        await AssertCountsAsync();
    }

    private async Task<(IReadOnlyList<(string State, int Attempts)> States, IReadOnlyCollection<string> Taken)> DeliverAsync(
        SmtpPhase phase)
    {
        for (var i = 0; i < Readers; i++)
        {
            await QueueAsync($"reader{i}@example.net");
        }

        using var folder = new TemporaryFolder();
        using var certificate = Certificate();
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

                    // Short only where it must run out.
                    TimeoutSeconds = phase == SmtpPhase.InTheData ? 3 : fault is SmtpFault.Stall or SmtpFault.SlowBytes ? 1 : 30,
                },
            ], Clock);
        using var pump = Pump(transport, phase == SmtpPhase.InTheData ? LongMails() : null);
        for (var round = 0; round < Rounds; round++)
        {
            await pump.DrainAsync(null, Stop);
            Clock.Advance(UntilTheNextAttempt);
        }

        Assert.True(server.HasPlayed);
        return (await DeliveriesAsync(), server.Taken);
    }

    private static Composer LongMails() => new([MailingKind.Daily], (delivery, _) =>
    {
        var message = new WireBuffer(LongText.Length);
        message.Append(Encoding.ASCII.GetBytes($"Message-Id: <{delivery.Id}@example.org>\r\nSubject: long\r\n\r\n"));
        message.Append(LongText);
        return Task.FromResult<Composition>(new Composition.Mail(new Envelope(
            $"{delivery.Id}@example.org", "bounces@example.org", "reader@example.net", message)));
    });

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}

public sealed class AServerThatClosesWith421() : SmtpFaultTests(SmtpFault.Closing);

public sealed class AServerThatSaysTryAgain() : SmtpFaultTests(SmtpFault.TryAgain);

public sealed class AServerThatRefuses() : SmtpFaultTests(SmtpFault.Refuse);

public sealed class AServerThatDropsTheConnection() : SmtpFaultTests(SmtpFault.Drop);

public sealed class AServerThatStalls() : SmtpFaultTests(SmtpFault.Stall);

public sealed class AServerThatTalksGarbage() : SmtpFaultTests(SmtpFault.Garbage);

public sealed class AServerThatDripsItsReply() : SmtpFaultTests(SmtpFault.SlowBytes);

public sealed class AServerThatNeverEndsItsReply() : SmtpFaultTests(SmtpFault.HugeReply);
