using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Digests.Planning;
using TrendingMail.Editions;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Editions.Publishing;
using TrendingMail.Papers;
using TrendingMail.Papers.Sources;
using TrendingMail.SignUp;
using TrendingMail.SignUp.Abuse;
using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.SignUp.AddressChanges;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Schedules;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Links;

namespace TrendingMail.Tests.Storage;

/// <summary>Base class of tests with a database: the database, a fixed clock, and the services that use them.</summary>
public abstract class StorageTests(DatabaseFixture fixture) : IAsyncLifetime
{
    private Database? otherNode;

    /// <summary>A Monday, at eight in the morning UTC.</summary>
    protected static DateTimeOffset Morning { get; } = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    protected static DateOnly Today { get; } = DateOnly.FromDateTime(Morning.UtcDateTime);

    protected static ConsentOrigin Web { get; } = new("web", "203.0.113.0/24");

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected FakeTimeProvider Clock { get; } = new(Morning);

    protected Database Database { get; } = new(fixture.Dialect);

    /// <summary>The same database, as used by another node.</summary>
    protected Database OtherNode => otherNode ??= new Database(fixture.Dialect);

    protected DeliveryOptions Delivery { get; set; } = new();

    protected PaperStore Papers => new(Database, Clock);

    protected EditionStore Editions => new(Database, Clock);

    protected SubscriberStore Subscribers => new(
        Database, Clock, new PublicationTime(DigestOptions.PublishAt, DigestOptions.Zone));

    protected InterestStore Interests => new(Database);

    protected FeedbackStore Feedback => new(Database, Clock);

    protected SuppressionStore Suppressions => new(Database, Clock);

    /// <summary>The warm-ups of servers; none unless a test sets them.</summary>
    protected WarmUpSchedule WarmUps { get; set; } = WarmUpSchedule.None;

    protected WarmUpStore WarmUpStore => new(Database, Clock);

    protected DeliveryQueue DeliveryQueue => new(Database, Engine<IQueueDialect>(), Delivery, Clock, WarmUps);

    protected SignUpFlow SignUp => new(
        Database, Subscribers, Blocklist, AddressBlocks, ConfirmationLimits, DeliveryQueue, Clock);

    protected AddressChangeFlow AddressChanges => new(
        Database, Subscribers, AddressBlocks, ConfirmationLimits, DeliveryQueue, Clock);

    protected SignUpBlocklist Blocklist => new(TestKeys.Ring(1), Clock);

    protected AddressBlocks AddressBlocks => new(Blocklist, new ErasedAddressStore(TestKeys.Ring(1), Clock));

    protected ConfirmationLimits ConfirmationLimits =>
        new(new SecurityOptions(), RateLimits, TestKeys.Ring(1), Clock);

    protected RateLimitStore RateLimits => new(Database, TestKeys.Ring(1), Clock);

    protected AddressPolicy AddressPolicy
    {
        get => field ??= new AddressPolicy(
            DisposableDomains.None, new AddressRateLimits(new SecurityOptions(), RateLimits));
        set;
    }

    protected DigestOptions DigestOptions { get; set; } = new();

    /// <summary>The sources whose editions are expected.</summary>
    protected IReadOnlyList<IPaperSource> Sources { get; set; } = [];

    protected DigestPlanner Planner => PlannerOn(Database);

    protected DigestPlanner PlannerOn(Database node)
    {
        var editions = new EditionStore(node, Clock);
        return new DigestPlanner(
            node,
            new EditionForecast(
                editions, new PaperStore(node, Clock), EligibilityPolicy.For(Sources), Sources, DigestOptions, Clock),
            new DeliveryQueue(node, Engine<IQueueDialect>(), Delivery, Clock, WarmUps), Engine<DuePlannerFactory>(),
            new SubscriberSchedules(node, Clock), DigestOptions, Clock);
    }

    public virtual async ValueTask InitializeAsync() => await new Migrator(Database, Clock).MigrateAsync(Stop);

    public virtual async ValueTask DisposeAsync()
    {
        Database.Dispose();
        otherNode?.Dispose();
        await fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The engine's implementation of a service.</summary>
    protected T Engine<T>()
        where T : notnull => fixture.Engine.GetRequiredService<T>();

    protected static EmailAddress Address(string text) =>
        EmailAddress.TryParse(text, out var address, out var fault) ? address : throw new ArgumentException(fault);

    /// <summary>Adds an active subscriber whose first digest is due now.</summary>
    protected async Task<Subscriber> AddSubscriberAsync(string address, Preferences? preferences = null)
    {
        await SignUp.AddConfirmedAsync(Address(address), preferences ?? new Preferences(), ConsentOrigin.Command, Stop);
        return (await Subscribers.FindAsync(Address(address), Stop))!;
    }

    protected async Task<Edition> PublishAsync(DateOnly day, params ListedPaper[] papers)
    {
        await Papers.SaveAsync("HuggingFace", papers, Stop);
        return Assert.IsType<PublishResult.Published>(await Editions.PublishAsync(day, Stop)).Edition;
    }

    protected Task<long> CountAsync(string table) =>
        Database.ReadAsync(session => session.SingleAsync<long>($"SELECT COUNT(*) FROM {table}"), Stop);

    /// <summary>All rows of all tables, to detect changes.</summary>
    protected Task<string> SnapshotAsync() => DatabaseSnapshot.CreateAsync(Database, Stop);
}
