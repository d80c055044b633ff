using System.Buffers;

namespace TrendingMail.Inbound.Rules;

/// <summary>The words of <c>words.tsv</c>, with which servers lay out their reports.</summary>
internal static class ReportWords
{
    private static readonly ILookup<string, string> Words =
        RuleFile.Read("words.tsv", 3).ToLookup(f => f[0], f => f[1]);

    /// <summary>From a line with one of these on, the returned mail stands.</summary>
    public static SearchValues<string> Original { get; } = Any("original");

    /// <summary>What stands before the address of a recipient.</summary>
    public static string[] Recipient { get; } = [.. Words["recipient"]];

    /// <summary>What stands before an address that is no recipient.</summary>
    public static string[] Stranger { get; } = [.. Words["stranger"]];

    /// <summary>What servers say whatever the cause, and what reads like one.</summary>
    public static string[] Noise { get; } = [.. Words["noise"]];

    public static SearchValues<string> AddressRefused { get; } = Any("address");

    public static SearchValues<string> MessageRefused { get; } = Any("message");

    public static SearchValues<string> SenderRefused { get; } = Any("sender");

    public static SearchValues<string> Delayed { get; } = Any("delayed");

    public static SearchValues<string> Delivered { get; } = Any("delivered");

    private static SearchValues<string> Any(string kind) =>
        SearchValues.Create([.. Words[kind]], StringComparison.OrdinalIgnoreCase);
}
