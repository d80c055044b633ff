using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Storage;

namespace TrendingMail.Digests;

/// <summary>What came of planning one slice of the due readers.</summary>
/// <param name="Due">How many readers were looked at.</param>
/// <param name="Queued">Digests that are new in the ledger.</param>
/// <param name="Last">The last one of the slice; the next begins behind.</param>
internal sealed record DueSlice(int Due, int Queued, DuePlace Last);

/// <summary>A reader's place among those who are due: by the instant, then by the id.</summary>
internal readonly record struct DuePlace(DateTimeOffset DueAt, long Id)
{
    /// <summary>Before all.</summary>
    public static DuePlace Start { get; } = new(DateTimeOffset.UnixEpoch, 0);
}

/// <summary>
/// Plans the due readers slice by slice, each in a transaction: sets when they are due next, ends pauses, and queues the newest edition
/// for who is not suppressed and has not had it. One run is for one lane.
/// </summary>
internal interface IDueSlices
{
    /// <param name="newest">Null where there is no fresh edition: then nothing is queued.</param>
    /// <param name="behind">The last one of the slice before.</param>
    /// <param name="limit">Readers at most.</param>
    Task<DueSlice> PlanAsync(Session session, Edition? newest, DuePlace behind, DateTimeOffset now, int limit);

    /// <summary>The slices of an engine.</summary>
    static IDueSlices Of(IDialect dialect, Ledger ledger) => dialect.Name switch
    {
        "Sqlite" => new RowSlices(dialect, ledger),
        "PostgreSql" => new SetSlices(dialect, ledger),
        _ => throw new NotSupportedException($"Planning is not written for {dialect.Name}."),
    };
}
