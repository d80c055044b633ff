using TrendingMail.Storage;
using TrendingMail.Storage.Writing;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>Deletes old reports, with what they count, and old counts of complaints.</summary>
public sealed class DomainReportRetention(Database database, InboundOptions options, TimeProvider clock)
{
    /// <summary>Deletes what is older than <c>Inbound:ReportRetentionDays</c>.</summary>
    /// <returns>The number of reports and counts deleted.</returns>
    public async Task<int> DeleteExpiredAsync(CancellationToken cancellationToken)
    {
        var cutoff = clock.GetUtcNow().AddDays(-options.ReportRetentionDays);
        var day = DateOnly.FromDateTime(cutoff.UtcDateTime);
        return await DeleteAsync("""
            DELETE FROM domain_reports
            WHERE id IN (SELECT id FROM domain_reports WHERE day < @day ORDER BY day LIMIT @batch)
            """) + await DeleteAsync("""
            DELETE FROM reports_set_aside
            WHERE id IN (
                SELECT id FROM reports_set_aside WHERE received_at < @cutoff ORDER BY received_at LIMIT @batch)
            """) + await DeleteAsync("DELETE FROM complaint_counts WHERE day < @day");

        // A report has up to 500 results, which are deleted with it.
        Task<int> DeleteAsync(string sql) => BatchedDeletion.RunAsync(
            database, session => session.ExecuteAsync(sql, new { cutoff, day, batch = BatchedDeletion.BatchSize / 20 }),
            cancellationToken);
    }
}
