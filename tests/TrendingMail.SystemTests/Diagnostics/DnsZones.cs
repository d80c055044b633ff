using System.Text.RegularExpressions;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Dns;
using TrendingMail.Diagnostics.Dns.Bimi;
using TrendingMail.Diagnostics.Dns.Dkim;
using TrendingMail.Diagnostics.Dns.Dmarc;
using TrendingMail.Diagnostics.Dns.Hosts;
using TrendingMail.Diagnostics.Dns.Resolving;
using TrendingMail.Diagnostics.Dns.Spf;
using TrendingMail.Diagnostics.Dns.TransportSecurity;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>The zones of all scenarios on one server.</summary>
public sealed partial class DnsZones : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-zones-");

    private DnsServer? broken;

    internal IReadOnlyDictionary<string, DnsScenario> Scenarios { get; private set; } =
        new Dictionary<string, DnsScenario>();

    public async ValueTask InitializeAsync()
    {
        var keyFile = Path.Combine(folder.FullName, "s1.pem");
        DkimKeyFile.Create(keyFile, DkimAlgorithm.RsaSha256);
        Scenarios = DnsScenarios.Create(keyFile);
        broken = await DnsServer.StartAsync(Scenarios.Values.SelectMany(scenario => scenario.Lines).Distinct());
    }

    public async ValueTask DisposeAsync()
    {
        if (broken is not null)
        {
            await broken.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    /// <summary>Makes the check of a scenario.</summary>
    internal Task<IReadOnlyList<Finding>> CheckAsync(DnsScenario scenario) => CheckAsync(scenario, broken!.Resolver);

    /// <summary>Publishes the records of a scenario's remedies on another server and makes the check again.</summary>
    internal async Task<IReadOnlyList<Finding>> CheckCuredAsync(DnsScenario scenario)
    {
        var remedies = (await CheckAsync(scenario)).Where(finding => finding.Verdict != Verdict.Good)
            .SelectMany(finding => finding.Remedy!.Split('\n')).Where(line => RecordPattern().IsMatch(line)).ToList();
        var replaced = remedies.Select(Key).ToHashSet();
        await using var cured = await DnsServer.StartAsync(
            [.. scenario.Lines.Where(line => !replaced.Contains(Key(line))), .. remedies]);
        return await CheckAsync(scenario, cured.Resolver);
    }

    internal static Task<IReadOnlyList<Finding>> CheckAsync(DnsScenario scenario, string resolver)
    {
        var options = new DeliverabilityOptions { Resolver = resolver, SendingAddresses = [scenario.Address] };
        var (mail, dns) = (scenario.Mail, new DnsResolver(options));
        var sender = new SenderIdentity(mail);
        var addresses = new SendingAddresses(mail, options, sender, dns);
        IDiagnosticCheck[] checks =
        [
            new SpfCheck(sender, dns, addresses),
            new DkimCheck(sender, mail, dns),
            new DmarcCheck(sender, mail, dns),
            new MxCheck(sender, dns),
            new PtrCheck(sender, mail, dns, addresses),
            new MtaStsCheck(sender, dns, new MtaStsPolicyClient(new PolicyHost())),
            new TlsRptCheck(sender, dns),
            new BimiCheck(sender, dns),
        ];
        return checks.Single(check => check.Name == scenario.Check).RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Key(string line) => string.Join(' ', line.Split(' ')[..3]);

    [GeneratedRegex(@"^\S+\. IN (A|MX|PTR|TXT) ")]
    private static partial Regex RecordPattern();

    /// <summary>Serves a policy that fits the good zone of every domain.</summary>
    private sealed class PolicyHost : HttpMessageHandler, IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage
            {
                Content = new StringContent(MtaStsPolicy.Format(
                    "enforce", [request.RequestUri!.Host.Replace("mta-sts.", "mail.", StringComparison.Ordinal)])),
            });
    }
}
