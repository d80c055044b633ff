using System.Net;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Dns;
using TrendingMail.Diagnostics.Dns.Hosts;
using TrendingMail.Tests.Delivery.Smtp.Servers;

namespace TrendingMail.Tests.Diagnostics.Dns;

/// <summary>Which addresses mail is sent from, and their names.</summary>
public sealed class RelayAddressTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheSettingOverridesWhatDnsSays()
    {
        var found = await FindAsync(
            Relay("mail.example.org"), ["192.0.2.7", "2001:db8::7"], "mail.example.org A 192.0.2.1");

        Assert.Equal(["192.0.2.7", "2001:db8::7"], found.Addresses.Select(address => address.Address.ToString()));
        Assert.All(found.Addresses, address => Assert.Null(address.Provider));
    }

    [Theory]
    [InlineData("mail.example.org", null)]
    [InlineData("mail.papers.example.org", null)]
    [InlineData("192.0.2.1", null)]
    [InlineData("relay.other.test", "relay.other.test")]
    [InlineData("email-smtp.eu-west-1.amazonaws.com", "Amazon SES")]
    public async Task ARelayIsTheOperatorsOwnOrAProviders(string host, string? provider)
    {
        var found = await FindAsync(Relay(host), [], $"{host} A 192.0.2.1");

        var address = Assert.Single(found.Addresses);
        Assert.Equal((IPAddress.Parse("192.0.2.1"), provider), (address.Address, address.Provider));
    }

    [Theory]
    [InlineData("mail.example.org A 192.0.2.9", "192.0.2.9")]
    [InlineData("mail.example.org A 10.0.0.9", null)]
    [InlineData("other.example.org A 192.0.2.9", null)]
    public async Task ARelayOnThisMachineIsAskedForItsName(string record, string? expected)
    {
        await using var server = new ScriptedSmtpServer(NameItself("mail.example.org"));

        var found = await FindAsync(Relay("127.0.0.1", server.Port), [], record);

        Assert.Equal(expected, found.Addresses.SingleOrDefault()?.Address.ToString());
        Assert.Equal(expected is null,
            found.Unknown.Any(finding => finding.Remedy!.Contains("Deliverability:SendingAddresses:0",
                StringComparison.Ordinal)));
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mail.example.org", "mail.example.org A 192.0.2.9", Verdict.Good, null)]
    [InlineData("mail.example.org", "mail.example.org A 192.0.2.8", Verdict.Bad, "mail.example.org. IN A 192.0.2.9")]
    [InlineData("mail.example.org", "other.example.org A 192.0.2.9", Verdict.Bad, "mail.example.org. IN A 192.0.2.9")]
    [InlineData("localhost", "localhost A 127.0.0.1", Verdict.Bad, "myhostname")]
    [InlineData("mail.example.org", "mail.example.org FAIL", Verdict.Unknown, "Deliverability:Resolver")]
    public async Task TheNameInEhloMustHaveTheAddress(string name, string record, Verdict verdict, string? remedy)
    {
        await using var server = new ScriptedSmtpServer(NameItself(name));
        var mail = Relay("127.0.0.1", server.Port);
        var dns = new FakeResolver(record, "192.0.2.9 PTR a.example.org", "a.example.org A 192.0.2.9");
        var options = new DeliverabilityOptions { SendingAddresses = ["192.0.2.9"] };
        var sender = new SenderIdentity(mail);

        var findings = await new PtrCheck(
            sender, mail, dns, new SendingAddresses(mail, options, sender, dns)).RunAsync(Stop);

        var finding = Assert.Single(findings, finding => finding.Subject == $"127.0.0.1:{server.Port}");
        Assert.Equal(verdict, finding.Verdict);
        Assert.Contains(remedy ?? "", finding.Remedy ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAddressWithoutANameIsToGetThatOfTheRelay()
    {
        var mail = Relay("smtp.example.org");
        var dns = new FakeResolver("smtp.example.org A 192.0.2.9");
        var sender = new SenderIdentity(mail);
        var addresses = new SendingAddresses(mail, new DeliverabilityOptions(), sender, dns);

        var findings = await new PtrCheck(sender, mail, dns, addresses).RunAsync(Stop);

        Assert.Contains("9.2.0.192.in-addr.arpa. IN PTR smtp.example.org.",
            findings.Single(finding => finding.Subject == "192.0.2.9").Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("100.64.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:192.168.1.1", false)]
    public void PrivateAddressesSendNothingToTheWorld(string address, bool isPublic) =>
        Assert.Equal(isPublic, AddressScope.IsPublic(IPAddress.Parse(address)));

    private static Func<string, string?> NameItself(string name) =>
        line => line.StartsWith("EHLO", StringComparison.Ordinal) ? $"250-{name} at your service\r\n250 SIZE" : null;

    private static MailOptions Relay(string host, int port = 25) => new()
    {
        From = "digest@papers.example.org",
        Transport = TransportKind.Smtp,
        Smtp = [new SmtpOptions { Host = host, Port = port, Security = SmtpSecurity.None }],
    };

    private static Task<SendingAddressList> FindAsync(
        MailOptions mail, IReadOnlyList<string> configured, params string[] records) =>
        new SendingAddresses(
            mail, new DeliverabilityOptions { SendingAddresses = configured }, new SenderIdentity(mail),
            new FakeResolver(records)).FindAsync(Stop);
}
