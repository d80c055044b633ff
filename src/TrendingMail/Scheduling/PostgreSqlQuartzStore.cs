using Quartz;

namespace TrendingMail.Scheduling;

/// <summary>
/// Tables in the application's PostgreSQL database, shared by all nodes: each firing runs on one node, and a job that
/// was running on a node that died is recovered by another.
/// </summary>
internal sealed class PostgreSqlQuartzStore(string connectionString) : QuartzStore
{
    public override Task PrepareAsync() => Task.CompletedTask;

    internal override void Configure(IPersistentStoreBuilder store)
    {
        store.UsePostgres(connectionString);
        store.UseClustering();
    }
}
