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
        if (from == to)
        {
            return;
        }

        if (!changes.TryGetValue(mailingId, out var change))
        {
            changes.Add(mailingId, change = new long[Columns.Length]);
        }

        change[(int)from]--;
        change[(int)to]++;
    }

    /// <summary>The statements that write it, in an order that is everyone's: so nobody waits for who waits for them.</summary>
    public IEnumerable<StatementCall> ToCalls() => changes.OrderBy(change => change.Key)
        .Select(change => new StatementCall(Sql, Names, [.. change.Value.Cast<object?>(), change.Key]));
}
