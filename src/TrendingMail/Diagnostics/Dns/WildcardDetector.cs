using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns;

/// <summary>
/// Tells a record that somebody published at a name from one that a wildcard gives to every name.
/// </summary>
internal static class WildcardDetector
{
    /// <summary>A label that nobody has published.</summary>
    private const string Unlikely = "doctor-looks-for-a-wildcard";

    /// <returns>A sentence about the wildcard; null if the records were published at the name.</returns>
    public static async Task<string?> ExplainAsync(
        IDnsResolver dns, DnsAnswer<string> answer, CancellationToken cancellationToken)
    {
        var parent = answer.Name[(answer.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var sibling = await dns.FindTextsAsync($"{Unlikely}.{parent}", cancellationToken);
        return sibling.IsFound && sibling.Records.Order().SequenceEqual(answer.Records.Order())
            ? $"A wildcard record answers for every name in {parent}."
            : null;
    }
}
