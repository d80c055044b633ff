using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>What the ledger asks of a database engine: where a mailing's deliveries lie, and how those of long ago go.</summary>
internal interface ILedgerDialect
{
    /// <summary>
    /// The statement that queues mailing <c>@mailingId</c> for the readers <c>@ids</c>, with <c>@firstDelivery</c>,
    /// <c>@priority</c>, <c>@now</c> and <c>@expiresAt</c>. Who has it already is left out, and who is no reader any more.
    /// </summary>
    string QueueSql { get; }

    /// <summary>Where the ids of a mailing's deliveries begin that is made at an instant.</summary>
    long FirstDelivery(DateTimeOffset at);

    /// <summary>Makes the place where the deliveries of such a mailing lie, where it is not there.</summary>
    Task PrepareAsync(Session session, long firstDelivery);

    /// <summary>
    /// Deletes deliveries from before an instant that lie together and have all ended. Those that are left, and are to be deleted
    /// one by one, have ids below <see cref="FirstKept"/>.
    /// </summary>
    /// <returns>How many.</returns>
    Task<long> DropAsync(Database database, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>The least id of a delivery that is not to be deleted yet, whatever its age, since others that lie with it are young.</summary>
    long FirstKept(DateTimeOffset before);

    /// <summary>The ledger of an engine.</summary>
    static ILedgerDialect Of(IDialect dialect) => dialect.Name switch
    {
        "Sqlite" => new SqliteLedger(dialect),
        "PostgreSql" => new PostgreSqlLedger(dialect),
        _ => throw new NotSupportedException($"The ledger is not written for {dialect.Name}."),
    };
}
