using System.Buffers;
using TrendingMail.Delivery.Replies.Rules;

namespace TrendingMail.Delivery.Replies;

/// <summary>The phrases of <c>phrases.tsv</c>, which servers use to structure their reports.</summary>
internal static class ReportPhrases
{
    private static readonly ILookup<string, string> Phrases =
        RuleFile.Read("phrases.tsv", 3).ToLookup(f => f[0], f => f[1]);

    /// <summary>Lines that introduce the returned message.</summary>
    public static SearchValues<string> OriginalMessage { get; } = CreateSearchValues("original");

    /// <summary>Labels in front of a recipient's address.</summary>
    public static string[] RecipientLabels { get; } = [.. Phrases["recipient"]];

    /// <summary>Labels in front of an address other than a recipient's.</summary>
    public static string[] OtherLabels { get; } = [.. Phrases["other"]];

    /// <summary>Boilerplate that says nothing about the cause, or that resembles a different one.</summary>
    public static string[] Noise { get; } = [.. Phrases["noise"]];

    public static SearchValues<string> AddressRejected { get; } = CreateSearchValues("address");

    public static SearchValues<string> MessageRejected { get; } = CreateSearchValues("message");

    public static SearchValues<string> SenderRejected { get; } = CreateSearchValues("sender");

    public static SearchValues<string> Delayed { get; } = CreateSearchValues("delayed");

    public static SearchValues<string> Delivered { get; } = CreateSearchValues("delivered");

    /// <summary>Words of people who write about the newsletter itself.</summary>
    public static SearchValues<string> Requests { get; } = CreateSearchValues("request");

    private static SearchValues<string> CreateSearchValues(string kind) =>
        SearchValues.Create([.. Phrases[kind]], StringComparison.OrdinalIgnoreCase);
}
