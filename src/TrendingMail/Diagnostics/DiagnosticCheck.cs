namespace TrendingMail.Diagnostics;

/// <summary>A check that needs no network and guards no reputation, unless it says otherwise.</summary>
internal abstract class DiagnosticCheck(CheckGroup group, string name, string description) : IDiagnosticCheck
{
    public string Name => name;

    public CheckGroup Group => group;

    public string Description => description;

    public virtual bool NeedsNetwork => false;

    public virtual bool GuardsReputation => false;

    public abstract Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken);

    protected static Task<IReadOnlyList<Finding>> Found(params Finding[] findings) =>
        Task.FromResult<IReadOnlyList<Finding>>(findings);
}
