namespace TrendingMail.Diagnostics;

/// <summary>What a check is about, in the order in which operators set an installation up.</summary>
public enum CheckGroup
{
    Installation,

    Identity,

    Dns,

    Smtp,

    Digest,

    BulkSender,
}

/// <summary>Looks at one aspect of an installation before the subscribers' mail servers do.</summary>
public interface IDiagnosticCheck
{
    /// <summary>In lower case with hyphens, such as <c>dns-spf</c>; used on the command line.</summary>
    string Name { get; }

    CheckGroup Group { get; }

    /// <summary>What the check looks at, as the end of "Checks ...".</summary>
    string Description { get; }

    /// <summary>Whether the check contacts other machines; it then runs with <c>--online</c> only.</summary>
    bool NeedsNetwork { get; }

    /// <summary>Whether sending despite a bad finding would harm the sender's reputation.</summary>
    bool GuardsReputation { get; }

    /// <summary>Makes the check.</summary>
    /// <returns>At least one finding; several if the check looks at several things.</returns>
    /// <exception cref="TrendingMailException">The check cannot be made; it is reported as unknown.</exception>
    Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken);
}
