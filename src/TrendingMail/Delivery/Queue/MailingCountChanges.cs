using TrendingMail.Storage;
using TrendingMail.Storage.Writing;

namespace TrendingMail.Delivery.Queue;

/// <summary>The changes that one transaction makes to the mailings' counts of deliveries by state.</summary>
internal sealed class MailingCountChanges
{
    /// <summary>One column per state, in the order of <see cref="DeliveryState"/>.</summary>
    private static readonly string[] Columns = [.. Enum.GetValues<DeliveryState>().Select(state => state.ToColumn())];

    private static readonly string Sql =
        $"UPDATE mailings " +
            $"SET {string.Join(", ", Columns.Select(column => $"{column} = {column} + @{column}"))} WHERE id = @id";

    private static readonly string[] ParameterNames = [.. Columns.Select(column => $"@{column}"), "@id"];

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

    /// <summary>The statements that write the changes, ordered by mailing so that writers cannot deadlock.</summary>
    public IEnumerable<StatementCall> ToCalls() => changes.OrderBy(change => change.Key)
        .Select(change => new StatementCall(Sql, ParameterNames, [.. change.Value.Cast<object?>(), change.Key]));
}
