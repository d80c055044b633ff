namespace TrendingMail.Subscribers.Import;

/// <summary>Options of an import.</summary>
public sealed record ImportOptions
{
    /// <summary>The preferences to use where the list specifies none.</summary>
    public required Preferences Defaults { get; init; }

    /// <summary>The list's name, recorded in the consent history.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Whether the operator vouches for the consent of subscribers for whom the list does not document it. Otherwise
    /// they are asked to confirm.
    /// </summary>
    public bool Confirmed { get; init; }

    /// <summary>Reads and counts without changing anything.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// Identifies this file and these options, so that an interrupted import resumes where it stopped; null to start
    /// over.
    /// </summary>
    public string? Fingerprint { get; init; }
}

/// <summary>The progress of an import.</summary>
/// <param name="Offset">Bytes of the file processed.</param>
public sealed record ImportProgress(long Lines, long Offset);

/// <summary>A line that was not imported.</summary>
/// <param name="Line">The line number in the file at which it begins, from 1.</param>
/// <param name="Address">Masked; null if it has none.</param>
public sealed record RejectedLine(long Line, string? Address, string Reason);

/// <summary>The result of an import, or in a dry run what it would be.</summary>
/// <param name="Resumed">Lines done by an earlier, interrupted run; not included in the other counts.</param>
/// <param name="ConfirmationsRequested">How many of the added subscribers are asked to confirm.</param>
/// <param name="Rejected">Invalid lines.</param>
public sealed record ImportReport(
    string Origin, long Lines, long Resumed, IReadOnlyDictionary<ImportAction, long> Actions, long ConfirmationsRequested, long Suppressions,
    long Rejected);
