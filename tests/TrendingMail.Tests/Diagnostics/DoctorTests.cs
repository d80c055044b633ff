using Microsoft.Extensions.Time.Testing;
using TrendingMail.Diagnostics;

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

    private Doctor CreateDoctor(params IDiagnosticCheck[] checks) => new(checks, clock);

    private sealed class FakeCheck(string name) : IDiagnosticCheck
    {
        public string Name => name;

        public CheckGroup Group => CheckGroup.Installation;

        public string Description => "nothing";

        public bool NeedsNetwork { get; init; }

        public bool GuardsReputation => false;

        public Func<CancellationToken, Task<IReadOnlyList<Finding>>> Run { get; init; } =
            _ => Task.FromResult<IReadOnlyList<Finding>>([Finding.Good("fine")]);

        public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Run(cancellationToken);
    }
}
