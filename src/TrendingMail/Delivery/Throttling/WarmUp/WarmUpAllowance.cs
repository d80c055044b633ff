namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>What a cap distinguishes.</summary>
public enum MessageClass
{
    /// <summary>A confirmation, a welcome and the like. A part of each cap is kept for them.</summary>
    Notice,

    /// <summary>A digest on the day on which it was queued.</summary>
    Digest,

    /// <summary>A digest of an earlier day. These get each day's cap hour by hour.</summary>
    EarlierDigest,
}

/// <summary>The messages of one day under one cap.</summary>
public readonly record struct CapUsage(long Digests, long Notices)
{
    public long Total => Digests + Notices;
}

/// <summary>Decides who may use how much of a cap.</summary>
internal static class WarmUpAllowance
{
    /// <summary>One of so many messages of a cap is kept for notices.</summary>
    private const int NoticePart = 10;

    /// <summary>The messages of a cap that digests may use.</summary>
    public static long GetDigestCap(long cap) => cap < 2 ? cap : cap - Math.Max(1, cap / NoticePart);

    /// <summary>
    /// The messages that digests of earlier days may have brought the digests of a day to by a time: a part for each
    /// hour, the current one included. Otherwise a backlog would use up each day's cap at midnight, and the day's own
    /// digests would be late every day.
    /// </summary>
    public static long GetEarlierDigestCap(long cap, TimeSpan timeOfDay) =>
        ((GetDigestCap(cap) * (timeOfDay.Hours + 1)) + 23) / 24;

    /// <summary>How many messages of a class may still be sent under a cap.</summary>
    public static long GetRoom(long cap, CapUsage usage, MessageClass messageClass, TimeSpan timeOfDay)
    {
        var left = messageClass switch
        {
            MessageClass.Notice => long.MaxValue,
            MessageClass.Digest => GetDigestCap(cap) - usage.Digests,
            _ => GetEarlierDigestCap(cap, timeOfDay) - usage.Digests,
        };
        return Math.Max(0, Math.Min(left, cap - usage.Total));
    }
}
