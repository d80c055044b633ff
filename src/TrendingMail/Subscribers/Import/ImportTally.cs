namespace TrendingMail.Subscribers.Import;

/// <summary>The counts of an import so far.</summary>
internal sealed class ImportTally
{
    private readonly Dictionary<ImportAction, long> actions = Enum.GetValues<ImportAction>()
        .ToDictionary(action => action, _ => 0L);

    public long Resumed { get; init; }

    public long Lines { get; set; }

    public long ConfirmationsRequested { get; set; }

    public long Suppressions { get; set; }

    public long Rejected { get; set; }

    public long Incomplete { get; set; }

    public void Count(ImportAction action) => actions[action]++;

    public void Add(ImportTally other)
    {
        Lines += other.Lines;
        ConfirmationsRequested += other.ConfirmationsRequested;
        Suppressions += other.Suppressions;
        Rejected += other.Rejected;
        Incomplete += other.Incomplete;
        foreach (var (action, count) in other.actions)
        {
            actions[action] += count;
        }
    }

    public ImportReport ToReport(string origin) =>
        new(origin, Lines, Resumed, actions, ConfirmationsRequested, Suppressions, Rejected, Incomplete);
}
