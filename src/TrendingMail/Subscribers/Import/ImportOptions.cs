namespace TrendingMail.Subscribers.Import;

/// <summary>How a list is taken in.</summary>
public sealed record ImportOptions
{
    /// <summary>What a reader starts with of whom the list does not say it.</summary>
    public required Preferences Defaults { get; init; }

    /// <summary>The list's name, which stands in the consent history.</summary>
    public required string Name { get; init; }

    /// <summary>The operator answers for the consent of those of whom the list does not show it; else they are asked.</summary>
    public bool Confirmed { get; init; }

    /// <summary>Looks and counts, and changes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Tells this file and these options from others, so that an import that was broken off goes on where it was; null begins anew.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>How far an import has come.</summary>
/// <param name="Offset">Bytes of the file that were read.</param>
public sealed record ImportProgress(long Lines, long Offset);

/// <summary>A line that was not taken.</summary>
/// <param name="Line">Where it begins in the file, from 1.</param>
/// <param name="Address">Masked; null where it has none.</param>
public sealed record Rejection(long Line, string? Address, string Reason);

/// <summary>What an import did, or in a dry run would do.</summary>
/// <param name="Resumed">Lines that an import before this one had done already; they are counted nowhere else.</param>
/// <param name="Asked">Of those added, how many are asked to confirm.</param>
/// <param name="Rejected">Lines that cannot be used, of whatever fault.</param>
public sealed record ImportReport(
    string Origin, long Lines, long Resumed, IReadOnlyDictionary<ImportAction, long> Actions, long Asked, long Suppressions,
    long Rejected);
