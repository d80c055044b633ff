using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Engines;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Papers;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Retention;
using TrendingMail.SystemTests.Delivery;
using TrendingMail.Templates;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>
/// The part of the program that serves seed mailboxes, on an installation's database and with a time of its own.
/// </summary>
internal sealed class SeedInstallation : IAsyncDisposable
{
    private readonly MovableClock clock = new();

    private readonly ServiceProvider services;

    public SeedInstallation(TestApp app, PostfixServer postfix, IReadOnlyList<SeedOptions> seeds)
    {
        var site = new SiteOptions { PublicUrl = app.Url, PostalAddress = app.Settings["Site__PostalAddress"]! };
        var mail = new MailOptions
        {
            From = app.Settings["Mail__From"]!,
            Transport = TransportKind.Smtp,
            Smtp = [new SmtpOptions { Host = "127.0.0.1", Port = postfix.Port, Security = SmtpSecurity.None }],
        };
        var database = new DatabaseOptions { ConnectionString = "Data Source=data/trendingmail.db" };
        services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock)
            .AddStorage(database, app.Folder)
            .AddLinks("")
            .AddSingleton<PaperStore>()
            .AddTemplates(site, Repository.File("templates"))
            .AddSubscribers(new RetentionOptions(), site.BaseUrl)
            .AddEditions(new DigestOptions())
            .AddMessages(mail)
            .AddDelivery(new DeliveryOptions())
            .AddMailTransport(mail)
            .AddDigests()
            .AddDiagnostics(new DeliverabilityOptions { Seeds = seeds })
            .BuildServiceProvider();
        Configure(app, seeds);
    }

    /// <summary>Does what the program does every minute.</summary>
    public Task RunAsync(CancellationToken stop) => services.GetRequiredService<SeedMonitor>().RunAsync(stop);

    /// <summary>Lets time pass, and does it again.</summary>
    public Task AdvanceAsync(TimeSpan time, CancellationToken stop)
    {
        clock.Offset += time;
        return RunAsync(stop);
    }

    /// <summary>The messages, by provider.</summary>
    public async Task<IReadOnlyList<SeedMessage>> ListAsync(CancellationToken stop) =>
        [.. (await services.GetRequiredService<SeedStore>().ListAsync(DateTimeOffset.UnixEpoch, stop))
            .OrderBy(message => message.Provider, StringComparer.Ordinal)];

    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>Gives the program the same seed mailboxes.</summary>
    private static void Configure(TestApp app, IReadOnlyList<SeedOptions> seeds)
    {
        foreach (var (seed, index) in seeds.Select((seed, index) => (seed, index)))
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"Deliverability__Seeds__{index}__");
            app.Settings[$"{key}Address"] = seed.Address;
            app.Settings[$"{key}Provider"] = seed.Provider;
            app.Settings[$"{key}Host"] = seed.Host;
            app.Settings[$"{key}Port"] = seed.Port.ToString(CultureInfo.InvariantCulture);
            app.Settings[$"{key}Security"] = seed.Security.ToString();
            app.Settings[$"{key}AllowPlaintextPassword"] = seed.AllowPlaintextPassword.ToString();
            app.Settings[$"{key}Password"] = seed.Password;
        }
    }

    private sealed class MovableClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
