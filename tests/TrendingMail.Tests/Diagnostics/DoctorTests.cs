using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Installation;
using TrendingMail.Messages.Dkim;
using TrendingMail.Tests.Delivery;

namespace TrendingMail.Tests.Diagnostics;

public sealed class DoctorTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void AnUnknownNameIsAnErrorThatListsTheChecks()
    {
        var doctor = CreateDoctor(new FakeCheck("b"), new FakeCheck("a"));

        var error = Assert.Throws<TrendingMailException>(() => doctor.Select(["a", "c"]));

        Assert.Equal("There is no check 'c'. The checks are a, b.", error.Message);
    }

    [Fact]
    public void NamedChecksAreSelectedAndAllWithoutNames()
    {
        var doctor = CreateDoctor(new FakeCheck("b"), new FakeCheck("a"));

        Assert.Equal(["b"], doctor.Select(["b"]).Select(check => check.Name));
        Assert.Equal(["a", "b"], doctor.Select([]).Select(check => check.Name));
    }

    [Fact]
    public async Task ACheckThatNeedsTheNetworkIsMadeOnlineOnly()
    {
        var check = new FakeCheck("dns") { NeedsNetwork = true };

        var offline = await CreateDoctor(check).RunAsync(check, isOnline: false, Stop);
        var online = await CreateDoctor(check).RunAsync(check, isOnline: true, Stop);

        Assert.Equal((Verdict.Unknown, "Run with --online."),
            (offline.Findings[0].Verdict, offline.Findings[0].Remedy));
        Assert.Equal(Verdict.Good, Assert.Single(online.Findings).Verdict);
    }

    [Fact]
    public async Task ACheckThatFailsIsUnknownWithTheReason()
    {
        var check = new FakeCheck("a") { Run = _ => throw new IOException("No space left on device") };

        var result = await CreateDoctor(check).RunAsync(check, isOnline: true, Stop);

        Assert.Equal((Verdict.Unknown, "No space left on device"),
            (result.Findings[0].Verdict, result.Findings[0].Text));
    }

    [Fact]
    public async Task ACheckThatHangsIsUnknown()
    {
        var check = new FakeCheck("a")
        {
            Run = async stop =>
            {
                await Task.Delay(Timeout.Infinite, stop);
                return [];
            },
        };

        var running = CreateDoctor(check).RunAsync(check, isOnline: true, Stop);
        clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal("The check did not finish within 60 seconds.", (await running).Findings[0].Text);
    }

    [Fact]
    public async Task ARequestToStopEndsTheRun()
    {
        var check = new FakeCheck("a") { Run = stop => Task.FromCanceled<IReadOnlyList<Finding>>(stop) };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => CreateDoctor(check).RunAsync(check, isOnline: true, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task ACheckThatOthersDependOnIsMadeOnce()
    {
        var runs = 0;
        var check = new FakeCheck("a")
        {
            Run = _ =>
            {
                runs++;
                return Task.FromResult<IReadOnlyList<Finding>>([Finding.Good("fine")]);
            },
        };
        var dependent = new DependentCheck("b", "a", "missing");
        var run = CreateDoctor(check, dependent).Start(isOnline: false);

        await run.RunAsync(check, Stop);
        var result = await run.RunAsync(dependent, Stop);

        Assert.Equal("a: fine", Assert.Single(result.Findings).Text);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task WithInvalidSettingsOnlyTheSettingsAreChecked()
    {
        var faults = new SettingsFaults(["Setting Site:Name is empty."]);
        var settings = new SettingsCheck(faults, new ServiceCollection().BuildServiceProvider());
        var run = new Doctor([new FakeCheck("a"), settings], clock, faults).Start(isOnline: true);

        var finding = Assert.Single((await run.RunAsync(settings, Stop)).Findings);
        var other = Assert.Single((await run.RunAsync(new FakeCheck("a"), Stop)).Findings);

        Assert.Equal((Verdict.Bad, "Setting Site:Name is empty."), (finding.Verdict, finding.Text));
        Assert.Equal((Verdict.Unknown, "Correct what the check settings found."), (other.Verdict, other.Remedy));
    }

    [Fact]
    public async Task AKeyThatCannotBeReadIsABadSetting()
    {
        await using var services = new ServiceCollection()
            .AddSingleton<DkimSignatures>(_ => throw new TrendingMailException("It has 512 bits."))
            .AddSingleton(MailTestServices.TemplateLibrary).BuildServiceProvider();

        var finding = Assert.Single(await new SettingsCheck(SettingsFaults.None, services).RunAsync(Stop));

        Assert.Equal((Verdict.Bad, "It has 512 bits."), (finding.Verdict, finding.Text));
    }

    private Doctor CreateDoctor(params IDiagnosticCheck[] checks) => new(checks, clock);

    private sealed class DependentCheck(string name, params string[] others) : IDependentCheck
    {
        public string Name => name;

        public CheckGroup Group => CheckGroup.BulkSender;

        public string Description => "nothing";

        public bool NeedsNetwork => false;

        public bool GuardsReputation => false;

        public IReadOnlyCollection<string> DependsOn => others;

        public Task<IReadOnlyList<Finding>> RunAsync(
            IReadOnlyDictionary<string, CheckResult> results, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Finding>>(
                [.. results.Select(result => Finding.Good($"{result.Key}: {result.Value.Findings[0].Text}"))]);
    }
}
