using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Identity;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Templates;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Diagnostics.Identity;

public sealed class IdentityCheckTests() : StorageTests(new SqliteFixture())
{
    [Theory]
    [InlineData("digest@papers.example.org", "", Verdict.Good)]
    [InlineData("digest@papers", "", Verdict.Warn)]
    [InlineData("digest@papers.local", "", Verdict.Warn)]
    [InlineData("digest@localhost", "", Verdict.Bad)]
    [InlineData("ada@gmail.com", "", Verdict.Bad)]
    [InlineData("digest@papers.example.org", "bounces@localhost", Verdict.Bad)]
    [InlineData("digest@papers.example.org", "ada@gmail.com", Verdict.Good)]
    public async Task TheSenderMustHaveADomainOfItsOwn(string from, string bounceAddress, Verdict verdict)
    {
        var mail = new MailOptions { Transport = TransportKind.Smtp, From = from, BounceAddress = bounceAddress };

        var finding = Assert.Single(await new SenderCheck(mail, mail).RunAsync(Stop));

        Assert.Equal((verdict, verdict == Verdict.Good), (finding.Verdict, finding.Remedy is null));
    }

    [Theory]
    [InlineData("smtp.gmail.com", Verdict.Good)]
    [InlineData("mail.example.org", Verdict.Bad)]
    public async Task AMailboxProvidersAddressIsSentByThatProviderOnly(string relay, Verdict verdict)
    {
        var mail = new MailOptions
        {
            Transport = TransportKind.Smtp, From = "lab@gmail.com", Smtp = [new SmtpOptions { Host = relay }],
        };

        Assert.Equal(verdict, Assert.Single(await new SenderCheck(mail, mail).RunAsync(Stop)).Verdict);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("papers.LOCALHOST.", true)]
    [InlineData("127.0.0.5", true)]
    [InlineData("::", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("papers.local", false)]
    public void ThisMachineIsRecognized(string host, bool isThisMachine) =>
        Assert.Equal(isThisMachine, InternetHost.IsThisMachine(host));

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.20.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("2a01:4f8::1", false)]
    [InlineData("server", true)]
    [InlineData("nas.LAN", true)]
    [InlineData("papers.example.org.", false)]
    public void LocalHostsAreRecognized(string host, bool isLocal) => Assert.Equal(isLocal, InternetHost.IsLocal(host));

    [Theory]
    [InlineData("", Verdict.Warn)]
    [InlineData("1 Harbour Lane, Exampleton", Verdict.Good)]
    public async Task APostalAddressIsExpected(string address, Verdict verdict) => Assert.Equal(verdict, Assert.Single(
        await new PostalAddressCheck(new SiteOptions { PostalAddress = address }).RunAsync(Stop)).Verdict);

    [Fact]
    public async Task AContactOnThisMachineIsBadOnceMailIsSent()
    {
        Assert.Equal(Verdict.Bad, (await ContactAsync("contact@localhost", TransportKind.Smtp)).Verdict);
        Assert.Equal(Verdict.Warn, (await ContactAsync("contact@localhost", TransportKind.Outbox)).Verdict);
        Assert.Equal(Verdict.Good, (await ContactAsync("help@example.org", TransportKind.Smtp)).Verdict);
    }

    [Fact]
    public async Task AContactWhoseMailBouncesIsBad()
    {
        await Suppressions.AddAsync(Address("help@example.org"), SuppressionReason.HardBounce, "550 unknown", Stop);

        Assert.Equal(Verdict.Bad, (await ContactAsync("help@example.org", TransportKind.Smtp)).Verdict);
    }

    [Fact]
    public async Task AlertsThatWaitForLongAreAWarning()
    {
        await new MailTestServices(Database, Clock).Alerts.RaiseAsync("a", "Thin", "It has 3 papers.", Stop);
        Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(Verdict.Warn, (await ContactAsync("help@example.org", TransportKind.Smtp)).Verdict);
    }

    private async Task<Finding> ContactAsync(string contact, TransportKind transport) => Assert.Single(
        await new ContactCheck(new SiteOptions { Contact = contact }, new MailOptions { Transport = transport },
            Suppressions, Database, Clock).RunAsync(Stop));
}
