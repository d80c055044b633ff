using Microsoft.Extensions.Configuration;
using TrendingMail.Delivery;
using TrendingMail.Papers.Sources;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Tests.Configuration;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Site:Nmae", "x", "Site:Nmae is unknown; Site has Name, PublicUrl, PostalAddress, Contact.")]
    [InlineData("Mail:Smtp:0:Hots", "x", "Mail:Smtp:0:Hots is unknown; Mail:Smtp:0 has Host, Port,")]
    [InlineData("Papers:Sources:0:Kind", "Arxive",
        "Papers:Sources:0:Kind is 'Arxive'; expected one of HuggingFace, Arxiv, File.")]
    [InlineData("Mail:Transport", "Pigeon", "Mail:Transport is 'Pigeon'; expected one of Outbox, Smtp.")]
    [InlineData("Mail:Transport", "1", "Mail:Transport is '1'; expected one of Outbox, Smtp.")]
    [InlineData("Database:Provider", "Oracle", "Database:Provider is 'Oracle'; expected one of ")]
    [InlineData("Digest:Papers", "ten", "Digest:Papers is 'ten'; expected a whole number.")]
    [InlineData("Digest:Papers", "99999999999", "Digest:Papers is '99999999999'; expected a whole number.")]
    [InlineData("Digest:Papers", "51", "Digest:Papers is 51; give 1 to 50.")]
    [InlineData("Digest:PublishAt", "25:00", "Digest:PublishAt is '25:00'; expected a time such as 21:30.")]
    [InlineData("Digest:TimeZone", "Mars/Olympus", "Digest:TimeZone 'Mars/Olympus' is not an IANA time zone")]
    [InlineData("Site:PublicUrl", "ftp://example.org", "Site:PublicUrl 'ftp://example.org")]
    [InlineData("Site:PublicUrl", "https://example.org/?a=b", "Site:PublicUrl 'https://example.org/?a=b'")]
    [InlineData("Site:Name", " ", "Site:Name is empty")]
    [InlineData("Site:Name", "A\nB", "Site:Name is empty or contains a control character")]
    [InlineData("Site:PostalAddress", "A\nB", "Site:PostalAddress contains a line break")]
    [InlineData("Site:Contact", "nobody", "Site:Contact 'nobody' is not an email address.")]
    [InlineData("Mail:From", "nobody", "Mail:From 'nobody' is not an email address.")]
    [InlineData("Mail:ReplyTo", "nobody", "Mail:ReplyTo 'nobody' is not an email address.")]
    [InlineData("Mail:BounceAddress", "nobody", "Mail:BounceAddress 'nobody' is not an email address.")]
    [InlineData("Mail:From", "news@bü_cher.example", "Mail:From 'news@bü_cher.example' has a domain that is not")]
    [InlineData("Mail:BounceAddress", "\"a b\"@example.org", "Mail:BounceAddress '\"a b\"@example.org' has a name")]
    [InlineData("Site:Contact", "hilfe@bü_cher.example", "Site:Contact 'hilfe@bü_cher.example' has a domain")]
    [InlineData("Mail:Transport", "Smtp", "Mail:Transport is Smtp, but Mail:Smtp names no server")]
    [InlineData("Mail:Smtp:0:Port", "25", "Mail:Smtp:0:Host is empty.")]
    [InlineData("Mail:Smtp:0:Port", "70000", "Mail:Smtp:0:Port is 70000; give 1 to 65535.")]
    [InlineData("Mail:Smtp:0:Connections", "0", "Mail:Smtp:0:Connections is 0; give 1 to 100.")]
    [InlineData("Mail:Smtp:0:MaxPerMinute", "-1", "Mail:Smtp:0:MaxPerMinute is -1; give 0 (no limit) or more.")]
    [InlineData("Mail:Smtp:0:MessagesPerConnection", "-1", "Mail:Smtp:0:MessagesPerConnection is -1; give 0")]
    [InlineData("Mail:Smtp:0:TimeoutSeconds", "1", "Mail:Smtp:0:TimeoutSeconds is 1; give 5 to 600.")]
    [InlineData("Mail:Smtp:0:WarmUp:FirstDay", "soon",
        "Mail:Smtp:0:WarmUp:FirstDay is 'soon'; expected a date such as 2026-12-01.")]
    [InlineData("Mail:Smtp:0:WarmUp:Start", "20", "Mail:Smtp:0:WarmUp:FirstDay is missing")]
    [InlineData("Mail:Smtp:0:WarmUp:Start", "0", "Mail:Smtp:0:WarmUp:Start is 0; give 1 to 10000000.")]
    [InlineData("Mail:Smtp:0:WarmUp:Factor", "0.5", "Mail:Smtp:0:WarmUp:Factor is 0.5; give 1 to 10.")]
    [InlineData("Mail:Smtp:0:WarmUp:Factor", "NaN", "Mail:Smtp:0:WarmUp:Factor is NaN; give 1 to 10.")]
    [InlineData("Mail:Smtp:0:WarmUp:Days", "366", "Mail:Smtp:0:WarmUp:Days is 366; give 1 to 365.")]
    [InlineData("Mail:Smtp:0:WarmUp:DomainStart", "51", "Mail:Smtp:0:WarmUp:DomainStart is 51; give at most")]
    [InlineData("Mail:Smtp:0:WarmUp:Domains:0:Domain", "gmail.com",
        "Mail:Smtp:0:WarmUp:Domains:0 needs a Domain and a Start of 1 or more.")]
    [InlineData("Mail:Smtp:0:WarmUp:Begin", "x",
        "Mail:Smtp:0:WarmUp:Begin is unknown; Mail:Smtp:0:WarmUp has FirstDay")]
    [InlineData("Mail:Smtp:0:CaFile", "absent", "Mail:Smtp:0:CaFile ")]
    [InlineData("Mail:Smtp:0:Authentication", "Plain", "Mail:Smtp:0:Authentication is Plain, but UserName is empty.")]
    [InlineData("Mail:Smtp:0:PasswordFile", "absent", "Mail:Smtp:0:PasswordFile ")]
    [InlineData("Mail:Outbox:Path", "", "Mail:Outbox:Path is empty")]
    [InlineData("Mail:Dkim:0:KeyFile", "absent.pem", "Mail:Dkim:0 needs a Domain and a Selector.")]
    [InlineData("Papers:FetchCron", "hourly", "Papers:FetchCron 'hourly' is not a Quartz cron expression")]
    [InlineData("Papers:Sources:0:Kind", "File", "Papers:Sources:0:Path is empty")]
    [InlineData("Papers:Sources:0:Url", "gopher://example.org", "Papers:Sources:0:Url 'gopher://example.org")]
    [InlineData("Delivery:LeaseSeconds", "5", "Delivery:LeaseSeconds is 5; give 10 to 86400.")]
    [InlineData("Delivery:FirstRetryMinutes", "0", "Delivery:FirstRetryMinutes is 0; give 1 to 240.")]
    [InlineData("Delivery:GiveUpHours", "169", "Delivery:GiveUpHours is 169; give 1 to 168.")]
    [InlineData("Delivery:KeepDays", "13", "Delivery:KeepDays is 13; give 14 to 3650.")]
    [InlineData("Delivery:Domains:0:Domain", "example.org", "Delivery:Domains:0 needs a Domain and MaxPerMinute")]
    [InlineData("Delivery:OnUncertain", "Maybe", "Delivery:OnUncertain is 'Maybe'; expected one of Resend, Hold.")]
    [InlineData("Webhooks:Ses:TopicArns:0", "bounces",
        "Webhooks:Ses:TopicArns has 'bounces'; give a topic such as arn:aws:sns:")]
    [InlineData("Webhooks:Ses:MaximumAgeMinutes", "0", "Webhooks:Ses:MaximumAgeMinutes is 0; give 1 to 1440.")]
    [InlineData("Webhooks:SendGrid:PublicKey", "MFkw", "Webhooks:SendGrid:PublicKey is not a P-256 ECDSA key; copy")]
    [InlineData("Webhooks:SendGrid:PublicKey", "no base64",
        "Webhooks:SendGrid:PublicKey is not a P-256 ECDSA key; copy")]
    [InlineData("Webhooks:Postmark:UserName", "x",
        "Webhooks:Postmark needs UserName and Password (or PasswordFile) together.")]
    [InlineData("Webhooks:Postmark:HeaderValue", "x",
        "Webhooks:Postmark needs HeaderName and HeaderValue (or HeaderValueFile)")]
    [InlineData("Webhooks:Postmark:HeaderName", "a b",
        "Webhooks:Postmark:HeaderName 'a b' is not a valid header name.")]
    [InlineData("Webhooks:Postmark:Networks:0", "10.0.0.0/8", "Webhooks:Postmark:Networks is not sufficient alone")]
    [InlineData("Webhooks:Postmark:Networks:0", "here",
        "Webhooks:Postmark:Networks has 'here'; give networks such as 192.0.2.0/28.")]
    [InlineData("Webhooks:Mailgun:SigningKeyFile", "absent", "Webhooks:Mailgun:SigningKeyFile ")]
    [InlineData("Webhooks:Generic:Secret", "whsec_c2hvcnQ=",
        "Webhooks:Generic:Secret is not a Standard Webhooks secret; give 'whsec_'")]
    [InlineData("Webhooks:Sparkpost:Key", "x",
        "Webhooks:Sparkpost is unknown; Webhooks has Ses, SendGrid, Postmark, Mailgun, Generic.")]
    [InlineData("Security:FormOrigins:0", "lab.example.org", "Security:FormOrigins has 'lab.example.org'; give")]
    [InlineData("Security:FormOrigins:0", "https://lab.example.org/page", "Security:FormOrigins has 'https://lab")]
    [InlineData("Database:ConnectionString", "", "Database:ConnectionString is empty")]
    [InlineData("Urls", "localhost:5080", "Urls 'localhost:5080' is not a valid listen address")]
    [InlineData("WorkerUrls", "localhost", "WorkerUrls 'localhost' is not a valid listen address")]
    [InlineData("ManagementUrls", "localhost:5081", "ManagementUrls 'localhost:5081' is not a valid listen address")]
    [InlineData("ManagementUrls", "http://127.0.0.1:5080", "ManagementUrls 'http://127.0.0.1:5080' needs a port of")]
    [InlineData("ManagementUrls", "http://127.0.0.1:0", "ManagementUrls 'http://127.0.0.1:0' needs a port of its own")]
    [InlineData("Forwarding:KnownProxies:0", "0.0.0.0/0", "Forwarding:KnownProxies has '0.0.0.0/0'")]
    [InlineData("Forwarding:KnownProxies:0", "caddy", "Forwarding:KnownProxies has 'caddy'")]
    [InlineData("Forwarding:Header", "X Real", "Forwarding:Header is 'X Real'")]
    public void AnInvalidSettingIsReportedWithItsKeyAndTheRemedy(string key, string value, string expected)
    {
        var error = Assert.Throws<TrendingMailException>(() => Load((key, value)));

        Assert.Contains($"Setting {expected}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MailIsNotSentFromLocalhost()
    {
        var error = Assert.Throws<TrendingMailException>(
            () => Load(("Mail:Transport", "Smtp"), ("Mail:Smtp:0:Host", "127.0.0.1")));

        Assert.StartsWith("Setting Mail:From is 'trendingmail@localhost', which receivers reject", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.org", true)]
    [InlineData("mail.papers.example.org", true)]
    [InlineData("PAPERS.example.org", true)]
    [InlineData("relay.example", false)]
    [InlineData("ers.example.org", false)]
    public void ASignatureOfAForeignDomainIsNotEnough(string signer, bool isEnough)
    {
        var file = Path.GetTempFileName();
        var load = () => Load(("Mail:From", "news@papers.example.org"), ("Mail:Dkim:0:Domain", signer),
            ("Mail:Dkim:0:Selector", "s1"), ("Mail:Dkim:0:KeyFile", file));

        try
        {
            Assert.Equal(isEnough, Record.Exception(load) is not TrendingMailException error ||
                !error.Message.Contains("Mail:Dkim has no signature for the domain", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void AllInvalidSettingsAreReportedOnePerLine()
    {
        var error = Assert.Throws<TrendingMailException>(
            () => Load(("Digest:Papers", "0"), ("Site:Contact", "nobody"), ("Delivery:GiveUpHours", "0")));

        Assert.Equal(3, error.Message.Split(Environment.NewLine).Length);
        Assert.All(error.Message.Split(Environment.NewLine),
            line => Assert.StartsWith("Setting ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void UnknownKeysAndWrongValuesAreReportedTogether()
    {
        var error = Assert.Throws<TrendingMailException>(
            () => Load(("Site:Nmae", "x"), ("Digest:Papers", "ten"), ("Mail:Transport", "Pigeon")));

        Assert.Equal(3, error.Message.Split(Environment.NewLine).Length);
    }

    [Fact]
    public void VariablesOfOtherProgramsAreIgnored() =>
        Assert.Equal(
            "TrendingMail", Load(("PATH", "/bin"), ("Logging:LogLevel:Default", "Debug"), ("Sites:X", "y")).Site.Name);

    [Fact]
    public void WithoutAnySettingsTheDefaultsApply()
    {
        var settings = Load();

        Assert.Equal((TransportKind.Outbox, new TimeOnly(21, 30), 10),
            (settings.Mail.Transport, settings.Digest.PublishAt, settings.Digest.Papers));
        Assert.Empty(settings.Papers.Sources);
    }

    [Fact]
    public void TheBundledSettingsAreTheDefaultsAndOneSource()
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(Repository.Root, "appsettings.json"), optional: false).Build();

        var settings = Settings.Load(configuration, "/home");

        Assert.Equal(SourceKind.HuggingFace, Assert.Single(settings.Papers.Sources).Kind);
        var defaults = Load();
        Assert.Equal((defaults.Digest, defaults.Delivery, defaults.Urls, defaults.Security),
            (settings.Digest, settings.Delivery, settings.Urls, settings.Security));
    }

    [Fact]
    public void KeysAndEnumValuesAreCaseInsensitive()
    {
        var settings = Load(
            ("mail:transport", "smtp"), ("MAIL:SMTP:0:HOST", "mail.example.org"), ("mail:from", "news@example.org"));

        Assert.Equal((TransportKind.Smtp, "mail.example.org"), (settings.Mail.Transport, settings.Mail.Smtp[0].Host));
    }

    [Fact]
    public void AWarmUpIsReadWithItsDomains()
    {
        var warmUp = Load(
            ("Mail:Smtp:0:Host", "mx1.example.org"), ("Mail:Smtp:0:WarmUp:FirstDay", "2026-12-01"),
            ("Mail:Smtp:0:WarmUp:Start", "200"), ("Mail:Smtp:0:WarmUp:Factor", "1.25"),
            ("Mail:Smtp:0:WarmUp:Domains:0:Domain", "gmail.com"), ("Mail:Smtp:0:WarmUp:Domains:0:Start", "30"))
            .Mail.Smtp[0].WarmUp;

        Assert.Equal((new DateOnly(2026, 12, 1), 200, 1.25, 30),
            (warmUp.FirstDay, warmUp.Start, warmUp.Factor, warmUp.Days));
        Assert.Equal(("gmail.com", 30), (warmUp.Domains[0].Domain, warmUp.Domains[0].Start));
    }

    [Fact]
    public void AnEmptyFirstDayMeansNoWarmUp() =>
        Assert.Null(Load(("Mail:Smtp:0:Host", "mx1"), ("Mail:Smtp:0:WarmUp:FirstDay", ""))
            .Mail.Smtp[0].WarmUp.FirstDay);

    [Fact]
    public void AWarmUpCountsAllMessagesToAHostAndPort()
    {
        var error = Assert.Throws<TrendingMailException>(() => Load(
            ("Mail:Smtp:0:Host", "mx1"), ("Mail:Smtp:0:WarmUp:FirstDay", "2026-12-01"), ("Mail:Smtp:1:Host", "MX1")));

        Assert.StartsWith("Setting Mail:Smtp has several entries for mx1:25, of which one has a WarmUp", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ADomainHasOneStartInAWarmUp()
    {
        var error = Assert.Throws<TrendingMailException>(() => Load(
            ("Mail:Smtp:0:Host", "mx1"), ("Mail:Smtp:0:WarmUp:FirstDay", "2026-12-01"),
            ("Mail:Smtp:0:WarmUp:Domains:0:Domain", "gmail.com"), ("Mail:Smtp:0:WarmUp:Domains:0:Start", "3"),
            ("Mail:Smtp:0:WarmUp:Domains:1:Domain", "GMAIL.com"), ("Mail:Smtp:0:WarmUp:Domains:1:Start", "4")));

        Assert.StartsWith("Setting Mail:Smtp:0:WarmUp:Domains has several entries for gmail.com", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void PathsAreResolvedAgainstTheBaseDirectory()
    {
        var settings = Load(("Papers:Sources:0:Kind", "File"), ("Papers:Sources:0:Path", "papers.json"));

        Assert.Equal("/home/papers.json", settings.Papers.Sources[0].Path);
        Assert.Equal("/home/outbox", settings.Mail.Outbox.Path);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" ", "")]
    [InlineData("ring.json", "/home/ring.json")]
    public void TheKeyRingIsLeftToTheEngineUnlessSet(string configured, string expected) =>
        Assert.Equal(expected, Load(("Security:KeyRing", configured)).Security.KeyRing);

    [Theory]
    [InlineData("http://localhost:5090", "http://localhost:5090")]
    [InlineData("http://*:5090;https://*:5091", "http://localhost:5090")]
    public void ThePublicUrlDefaultsToTheListenAddress(string urls, string baseUrl) =>
        Assert.Equal(baseUrl, Load(("Urls", urls)).Site.BaseUrl);

    [Fact]
    public void ATrailingSlashIsRemovedFromThePublicUrl() =>
        Assert.Equal(
            "https://example.org/papers", Load(("Site:PublicUrl", "https://example.org/papers/")).Site.BaseUrl);

    private static Settings Load(params (string Key, string? Value)[] values) => Settings.Load(
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)))
            .Build(),
        "/home");
}
