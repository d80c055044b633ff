using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Hold;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Guard;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Diagnostics.Guard;

public abstract class DigestGuardTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    private static readonly Finding Localhost = Finding.Bad("Links lead to localhost.", "Set Site:PublicUrl.");

    private readonly FakeCheck check = new("public-url") { GuardsReputation = true };

    private DigestHoldStore Store => new(Database, Delivery, Clock);

    [Fact]
    public async Task DigestsAreHeldByABadFindingAndLeaveWhenTheCheckIsGoodAgain()
    {
        await EnqueueAsync("ada@example.org");
        var transport = ScriptedTransport.AcceptingAll();
        check.Find(Localhost);

        await CreateGuard().UpdateAsync(Stop);
        await CreateDispatcher(transport).DispatchAsync(null, Stop);
        var whileHeld = await DeliveriesAsync();
        check.Find(Finding.Good("Links lead to https://papers.example.org."));
        await CreateGuard().UpdateAsync(Stop);
        await CreateDispatcher(transport).DispatchAsync(null, Stop);

        Assert.Equal([("queued", 0)], whileHeld);
        Assert.Equal([("sent", 1)], await DeliveriesAsync());
        Assert.Empty(await Store.ListAsync(Stop));
    }

    [Fact]
    public async Task TheOperatorIsAlertedOnceWithTheRemedy()
    {
        check.Find(Localhost);

        await CreateGuard().UpdateAsync(Stop);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await CreateGuard().UpdateAsync(Stop);

        var alert = Assert.Single(await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT text FROM alerts"), Stop));
        Assert.Contains("Set Site:PublicUrl.", alert, StringComparison.Ordinal);
        Assert.Contains("'edition release'", alert, StringComparison.Ordinal);
        Assert.Equal(Morning, Assert.Single(await Store.ListAsync(Stop)).HeldAt);
    }

    [Fact]
    public async Task ACheckThatCannotBeMadeNeitherHoldsNorReleases()
    {
        check.Find(Finding.Unknown("The resolver does not answer."));
        Assert.Empty(await CreateGuard().UpdateAsync(Stop));
        check.Find(Localhost);
        await CreateGuard().UpdateAsync(Stop);

        check.Find(Finding.Unknown("The resolver does not answer."));

        Assert.Single(await CreateGuard().UpdateAsync(Stop));
    }

    [Fact]
    public async Task OnlyChecksThatGuardTheReputationWithoutTheNetworkHold()
    {
        var harmless = new FakeCheck("disk");
        harmless.Find(Finding.Bad("The disk is full.", "Delete files."));
        var online = new FakeCheck("dns") { GuardsReputation = true, NeedsNetwork = true };
        online.Find(Finding.Bad("There is no SPF record.", "Publish it."));

        Assert.Empty(await CreateGuard(checks: [harmless, online]).UpdateAsync(Stop));
    }

    [Theory]
    [InlineData(false, TransportKind.Smtp)]
    [InlineData(true, TransportKind.Outbox)]
    public async Task NothingIsHeldByAnOutboxOrWithoutTheSetting(bool holds, TransportKind transport)
    {
        check.Find(Localhost);
        await CreateGuard().UpdateAsync(Stop);

        Assert.Empty(await CreateGuard(holds, transport).UpdateAsync(Stop));
    }

    [Fact]
    public async Task AnOperatorReleasesADayAndNothingElse()
    {
        check.Find(Localhost);
        await EnqueueAsync("ada@example.org");

        var release = await CreateGuard().ReleaseAsync(Today, Stop);

        Assert.Equal((Today, 1, "Links lead to localhost."),
            (release.Day, release.Waiting, Assert.Single(release.Holds).Finding));
        Assert.Single(await DeliveryQueue.ClaimAsync("here/1/1", 10, Stop));
        Assert.Equal([Today], await Store.ListReleasedAsync(Stop));
    }

    [Fact]
    public async Task ThereIsNothingToReleaseWhileNothingIsHeld()
    {
        Assert.Empty((await CreateGuard().ReleaseAsync(Today, Stop)).Holds);
        Assert.Empty(await Store.ListReleasedAsync(Stop));
    }

    private DigestGuard CreateGuard(
        bool holds = true, TransportKind transport = TransportKind.Smtp, params IDiagnosticCheck[] checks) => new(
        new Doctor(checks.Length == 0 ? [check] : checks, Clock), Store, Alerts,
        new DeliverabilityOptions { HoldOnBadFindings = holds }, new MailOptions { Transport = transport }, Clock,
        NullLogger<DigestGuard>.Instance);
}

public sealed class DigestGuardOnSqlite() : DigestGuardTests(new SqliteFixture());

public sealed class DigestGuardOnPostgreSql() : DigestGuardTests(new PostgreSqlFixture());
