namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>Counts the deliveries without room until they are added to the database.</summary>
internal sealed class WarmUpCounters
{
    private readonly Lock guard = new();
    private readonly Dictionary<(string Server, DateOnly Day, string Domain), (long Postponed, long Expired)> counts =
        [];

    public void Add(WarmUpDenial denial, DateOnly day, bool isExpired)
    {
        DeliveryMeter.RecordWarmUpDenial(denial.Server, isExpired);
        lock (guard)
        {
            var key = (denial.Server, day, denial.Domain ?? "");
            var (postponed, expired) = counts.GetValueOrDefault(key);
            counts[key] = isExpired ? (postponed, expired + 1) : (postponed + 1, expired);
        }
    }

    /// <summary>Removes all counts.</summary>
    public IReadOnlyList<(string Server, DateOnly Day, UsageChange Change)> TakeAll()
    {
        lock (guard)
        {
            (string, DateOnly, UsageChange)[] all =
            [
                .. counts.Select(entry => (entry.Key.Server, entry.Key.Day,
                    new UsageChange(entry.Key.Domain, 0, 0, entry.Value.Postponed, entry.Value.Expired))),
            ];
            counts.Clear();
            return all;
        }
    }
}
