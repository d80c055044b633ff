using TrendingMail.Diagnostics;

namespace TrendingMail.Tests.Diagnostics;

/// <summary>A check whose findings a test decides.</summary>
internal sealed class FakeCheck(string name) : IDiagnosticCheck
{
    public string Name => name;

    public CheckGroup Group => CheckGroup.Installation;

    public string Description => "nothing";

    public bool NeedsNetwork { get; init; }

    public bool GuardsReputation { get; init; }

    public Func<CancellationToken, Task<IReadOnlyList<Finding>>> Run { get; set; } =
        _ => Task.FromResult<IReadOnlyList<Finding>>([Finding.Good("fine")]);

    /// <summary>What the check finds from now on.</summary>
    public void Find(params Finding[] findings) => Run = _ => Task.FromResult<IReadOnlyList<Finding>>(findings);

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Run(cancellationToken);
}
