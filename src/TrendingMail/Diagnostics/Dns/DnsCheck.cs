namespace TrendingMail.Diagnostics.Dns;

/// <summary>A check that looks up records of the sender's domains.</summary>
internal abstract class DnsCheck(SenderIdentity sender) : IDiagnosticCheck
{
    public abstract string Name { get; }

    public CheckGroup Group => CheckGroup.Dns;

    public abstract string Description { get; }

    public bool NeedsNetwork => true;

    public abstract bool GuardsReputation { get; }

    protected SenderIdentity Sender => sender;

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
        sender.NotConfigured is { } finding
            ? Task.FromResult<IReadOnlyList<Finding>>([finding])
            : LookUpAsync(cancellationToken);

    /// <summary>Makes the check for a sender whose domain can be looked up.</summary>
    protected abstract Task<IReadOnlyList<Finding>> LookUpAsync(CancellationToken cancellationToken);
}
