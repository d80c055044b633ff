using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers.Import.Columns;

/// <summary>The words that lists use for a subscriber's state, and what each means here.</summary>
internal static class ImportStates
{
    private static readonly FrozenDictionary<string, (SubscriberState State, SuppressionReason? Suppression)> Words =
        new (SubscriberState State, SuppressionReason? Suppression, string Words)[]
        {
            (SubscriberState.Active, null, "active|enabled|subscribed|confirmed|opted in|opt in"),
            (SubscriberState.Paused, null, "paused"),
            (SubscriberState.Pending, null,
                "pending|unconfirmed|not confirmed|unactivated|not activated|unverified|awaiting confirmation"),
            (SubscriberState.Unsubscribed, null,
                "unsubscribed|unsubscribe|disabled|inactive|opted out|opt " +
                    "out|optout|removed|deleted|cancelled|canceled|" +
                "archived|left|non subscribed|not subscribed|never subscribed"),
            (SubscriberState.Unsubscribed, SuppressionReason.SoftBounces, "soft bounced|soft bounce"),
            (SubscriberState.Unsubscribed, SuppressionReason.HardBounce,
                "bounced|bounce|hard bounced|hard bounce|cleaned|unreachable|undeliverable|invalid"),
            (SubscriberState.Unsubscribed, SuppressionReason.Operator,
                "blocklisted|blacklisted|blocked|banned|suppressed|spammy|malicious"),
            (SubscriberState.Unsubscribed, SuppressionReason.Complaint,
                "complained|complaint|complaints|spam|spam complaint|spam report|marked as spam|reported " +
                    "spam|abuse|spammed"),
        }.SelectMany(meaning => meaning.Words.Split('|').Select(word => (word, meaning.State, meaning.Suppression)))
            .ToFrozenDictionary(
                meaning => meaning.word, meaning => (meaning.State, meaning.Suppression),
                StringComparer.OrdinalIgnoreCase);

    /// <summary>Words that no other column has by chance, whatever its name.</summary>
    private static readonly FrozenSet<string> Unmistakable = new[]
    {
        "unsubscribed", "opted out", "opted-out", "opted_out", "bounced", "hard bounced", "hard_bounced", "cleaned",
        "complained", "marked as spam", "blocklisted", "blacklisted", "unreachable", "undeliverable",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> UnmistakableLookup =
        Unmistakable.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int LongestUnmistakable = Unmistakable.Max(word => word.Length);

    /// <summary>Finds what a word means; null if it is unknown.</summary>
    public static (SubscriberState State, SuppressionReason? Suppression)? Find(string word)
    {
        if (Words.TryGetValue(word, out var meaning))
        {
            return meaning;
        }

        var normalized = string.Join(' ', word.Split([' ', '_', '-', '\t'], StringSplitOptions.RemoveEmptyEntries));
        return Words.TryGetValue(normalized, out meaning) ? meaning : null;
    }

    /// <summary>Whether a value of a column, whatever its name, says that the address must not be mailed.</summary>
    public static bool IsOptOut(ReadOnlySpan<char> value) =>
        value.Length <= LongestUnmistakable && UnmistakableLookup.Contains(value);

    /// <inheritdoc cref="IsOptOut(ReadOnlySpan{char})"/>
    public static bool IsOptOut(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestUnmistakable || utf8.Length < "bounced".Length)
        {
            return false;
        }

        Span<char> value = stackalloc char[utf8.Length];
        return Ascii.ToUtf16(utf8, value, out _) == OperationStatus.Done && IsOptOut(value);
    }
}
