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

/// <summary>What is wrong with a line.</summary>
/// <param name="Line">The line number in the file at which it begins, from 1.</param>
/// <param name="Address">Masked; null if it has none.</param>
/// <param name="IsImported">Whether the line was imported, but for the fields that the reason names.</param>
public sealed record LineProblem(long Line, string? Address, string Reason, bool IsImported = false);

/// <summary>The result of an import, or in a dry run what it would be.</summary>
/// <param name="Resumed">Lines done by an earlier, interrupted run; not included in the other counts.</param>
/// <param name="ConfirmationsRequested">How many of the added subscribers are asked to confirm.</param>
/// <param name="Suppressions">How many addresses were suppressed, or for a stronger reason than before.</param>
/// <param name="Rejected">Invalid lines.</param>
/// <param name="Incomplete">Lines of which a field was not readable and replaced by a default.</param>
public sealed record ImportReport(
    string Origin, long Lines, long Resumed, IReadOnlyDictionary<ImportAction, long> Actions,
    long ConfirmationsRequested,
    long Suppressions, long Rejected, long Incomplete)
{
    /// <summary>The columns of the list that were not used.</summary>
    public IReadOnlyList<string> UnusedColumns { get; init; } = [];

    /// <summary>Why the rest of the file was not read; null if it was read to its end.</summary>
    public string? Fault { get; init; }

    /// <summary>
    /// Whether a part of the list was imported at all: it is readable, and not every line is invalid.
    /// </summary>
    public bool IsSuccess => Fault is null && (Lines == 0 || Rejected < Lines);
}
