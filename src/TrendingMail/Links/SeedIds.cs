namespace TrendingMail.Links;

/// <summary>
/// The ids under which seed mailboxes, which are no subscribers, receive digests. They are above those of all
/// subscribers and deliveries, so that a link, a bounce or a complaint of a seed message matches nobody.
/// </summary>
public static class SeedIds
{
    private const long First = 1L << 60;

    /// <summary>The id that stands for a subscriber and a delivery in a seed message.</summary>
    public static long For(long seedMessageId) => First + seedMessageId;

    /// <summary>Whether an id in a link is that of a seed message.</summary>
    public static bool Contains(long subscriberId) => subscriberId >= First;
}
