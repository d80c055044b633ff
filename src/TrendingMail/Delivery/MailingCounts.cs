using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>What one transaction changes about how many deliveries of each mailing are in each state.</summary>
internal sealed class MailingCounts
{
    /// <summary>A column for each state, in the order of the states.</summary>
    private static readonly string[] Columns = [.. Enum.GetValues<DeliveryState>().Select(state => state.ToColumn())];

    private static readonly string Sql =
        $"UPDATE mailings SET {string.Join(", ", Columns.Select(column => $"{column} = {column} + @{column}"))} WHERE id = @id";

    private static readonly string[] Names = [.. Columns.Select(column => $"@{column}"), "@id"];

    private readonly Dictionary<long, long[]> changes = [];

    public void Move(long mailingId, DeliveryState from, DeliveryState to)
    {
        if (!changes.TryGetValue(mailingId, out var change))
        {
            changes.Add(mailingId, change = new long[Columns.Length]);
        }

        change[(int)from]--;
        change[(int)to]++;
    }

    public async Task WriteAsync(Statements statements)
    {
        foreach (var (mailingId, change) in changes)
        {
            await statements.Get(Sql, Names).ExecuteAsync([.. change.Cast<object?>(), mailingId]);
        }
    }
}
