using System.Text.Json;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Storage;

/// <summary>The contents of a database as text, for comparison.</summary>
public static class DatabaseSnapshot
{
    private static readonly string[] Tables =
    [
        "account_link_requests",
        "address_changes", "alerts", "consent_events", "deliveries", "delivery_events", "edition_papers", "editions",
        "erased_addresses", "feedback", "fetches", "imports", "interests", "mailbox_notices", "mailings", "paper_keys",
        "paper_polls", "papers",
        "sign_up_blocks", "sign_up_requests", "subscribers", "suppressions",
    ];

    public static Task<string> CreateAsync(Database database, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var lines = new List<string>();
            foreach (var table in Tables)
            {
                foreach (var row in await session.QueryAsync<dynamic>($"SELECT * FROM {table} ORDER BY 1, 2"))
                {
                    lines.Add($"{table} {JsonSerializer.Serialize((IDictionary<string, object>)row)}");
                }
            }

            return string.Join('\n', lines);
        }, cancellationToken);
}
