using System.Text.RegularExpressions;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns;

/// <summary>The TXT records of a name, sorted by what they are.</summary>
/// <param name="Valid">Those that begin with the version that the standard demands.</param>
/// <param name="LookAlikes">Those that were meant to, and do not: receivers ignore them.</param>
/// <param name="Absence">Why there is no valid one, as a sentence.</param>
internal sealed record TextRecords(
    IReadOnlyList<string> Valid, IReadOnlyList<string> LookAlikes, string Absence)
{
    /// <param name="version">Such as DMARC1.</param>
    public static async Task<TextRecords> SortAsync(
        IDnsResolver dns, DnsAnswer<string> answer, string version, CancellationToken cancellationToken)
    {
        var begins = new Regex($@"^v\s*=\s*{version}\s*(;|$)", RegexOptions.CultureInvariant);
        var resembles = new Regex(
            version.TrimEnd('1'), RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
        var valid = answer.Records.Where(text => begins.IsMatch(text)).ToArray();
        var lookAlikes = answer.Records.Where(text => !begins.IsMatch(text) && resembles.IsMatch(text)).ToArray();
        var absence = valid.Length > 0 ? ""
            : lookAlikes.Length == 0 ? await ExplainAbsenceAsync(dns, answer, version, cancellationToken)
            : $"The record at {answer.Name} does not begin with v={version}; and receivers ignore it.";
        return new TextRecords(valid, lookAlikes, absence);
    }

    private static async Task<string> ExplainAbsenceAsync(
        IDnsResolver dns, DnsAnswer<string> answer, string version, CancellationToken cancellationToken)
    {
        if (!answer.IsFound)
        {
            return answer.ExplainAbsence();
        }

        var wildcard = await WildcardDetector.ExplainAsync(dns, answer, cancellationToken);
        return $"No TXT record at {answer.Name} begins with v={version};. {wildcard}".TrimEnd();
    }
}
