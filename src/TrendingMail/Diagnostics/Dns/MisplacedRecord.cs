using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns;

/// <summary>
/// Looks for a record at the names where it ends up by mistake: many forms for DNS records append the domain to the
/// name by themselves, and a leading label is easily left out.
/// </summary>
internal static class MisplacedRecord
{
    /// <param name="name">Where the record should be.</param>
    /// <param name="domain">The domain at the end of the name.</param>
    /// <param name="prefix">The label that tells the record's kind, such as <c>_dmarc</c>.</param>
    /// <param name="isMeant">Whether a text is a record of the kind.</param>
    /// <returns>A sentence about the record; null if there is none at these names either.</returns>
    public static async Task<string?> ExplainAsync(
        IDnsResolver dns, string name, string domain, string prefix, Func<string, bool> isMeant,
        CancellationToken cancellationToken)
    {
        foreach (var place in (string[])
            [$"{name}.{domain}", name.Replace($"{prefix}.", "", StringComparison.Ordinal)])
        {
            if ((await dns.FindTextsAsync(place, cancellationToken)).Records.Any(isMeant))
            {
                return $"There is such a record at {place}, where nobody looks for it.";
            }
        }

        return null;
    }
}
