using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import.Persistence;

/// <summary>Stores how far each import has come, so that an interrupted one resumes.</summary>
internal static class ImportPositionStore
{
    /// <summary>The number of lines already imported from a list; 0 if none.</summary>
    public static Task<long> FindAsync(Session session, string fingerprint) =>
        session.FirstOrDefaultAsync<long>(
            "SELECT lines FROM imports WHERE fingerprint = @fingerprint", new { fingerprint });

    public static Task SaveAsync(Session session, string fingerprint, string name, long lines, DateTimeOffset now) =>
        session.ExecuteAsync("""
            INSERT INTO imports (fingerprint, name, lines, updated_at) VALUES (@fingerprint, @name, @lines, @now)
            ON CONFLICT (fingerprint) DO UPDATE SET lines = excluded.lines, updated_at = excluded.updated_at
            """, new { fingerprint, name, lines, now });

    public static Task DeleteAsync(Session session, string fingerprint) =>
        session.ExecuteAsync("DELETE FROM imports WHERE fingerprint = @fingerprint", new { fingerprint });

    /// <summary>Deletes the positions of imports that were interrupted before an instant.</summary>
    public static Task<int> DeleteExpiredAsync(Session session, DateTimeOffset before) =>
        session.ExecuteAsync("DELETE FROM imports WHERE updated_at < @before", new { before });
}
