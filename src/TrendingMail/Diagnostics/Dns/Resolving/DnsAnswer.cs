namespace TrendingMail.Diagnostics.Dns.Resolving;

/// <summary>What a name server said about a name and a type.</summary>
internal enum DnsStatus
{
    Found,

    /// <summary>The name exists, but has no record of the type.</summary>
    NoData,

    /// <summary>The name does not exist (NXDOMAIN).</summary>
    NoName,

    /// <summary>The server did not answer, or could not: nothing is known.</summary>
    Failed,
}

/// <summary>The answer to a DNS query.</summary>
/// <param name="Name">The name that was looked up.</param>
/// <param name="Type">The type of the records, such as TXT.</param>
internal sealed record DnsAnswer<T>(string Name, string Type, DnsStatus Status, IReadOnlyList<T> Records)
{
    /// <summary>The name that the name is an alias of (CNAME), if it is one.</summary>
    public string? AliasTarget { get; init; }

    /// <summary>Why the query failed; null unless it did.</summary>
    public string? Failure { get; init; }

    public bool IsFound => Status == DnsStatus.Found;

    public bool IsFailed => Status == DnsStatus.Failed;

    /// <summary>Why there is no record, as a sentence.</summary>
    public string ExplainAbsence() => this switch
    {
        { Status: DnsStatus.NoName, AliasTarget: { } target } =>
            $"{Name} is an alias (CNAME) of {target}, which does not exist.",
        { Status: DnsStatus.NoName } => $"{Name} does not exist in DNS.",
        { AliasTarget: { } target } => $"{Name} is an alias (CNAME) of {target}, which has no {Type} record.",
        _ => $"{Name} has no {Type} record.",
    };

    /// <summary>A finding that says that nothing is known, and why.</summary>
    public Finding ToUnknown() => Finding.Unknown(
        $"The {Type} records of {Name} are not known: {Failure}.", DnsAnswer.CheckResolver);
}

/// <summary>What is the same for answers of all types.</summary>
internal static class DnsAnswer
{
    /// <summary>What to do if a server did not answer.</summary>
    public const string CheckResolver =
        "Check the name servers of the domain and the resolver that doctor asks (Deliverability:Resolver), and run " +
        "the check again.";
}
