using System.Net;
using System.Net.Sockets;
using TrendingMail.Diagnostics.Dns.Hosts;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>Writes the record that should be published instead of one with a fault.</summary>
internal static class SpfRepair
{
    /// <summary>
    /// What does not match is doubtful rather than forged: a forwarded message, whose DKIM signature still passes, must
    /// not be rejected before DMARC is evaluated (RFC 9989).
    /// </summary>
    private const string End = "~all";

    /// <summary>Stands for an address that is not known.</summary>
    private const string Placeholder = "ip4:ADDRESS";

    /// <summary>The term that authorizes an address or, for a known provider, all addresses of the provider.</summary>
    public static string Authorize(SendingAddress address) =>
        RelayProvider.FindByName(address.Provider) is { } provider
            ? $"include:{provider.SpfDomain}"
            : Authorize(address.Address);

    /// <summary>A remedy for a domain without a record.</summary>
    public static string Publish(string domain, IReadOnlyList<SendingAddress> addresses)
    {
        var terms = addresses.Select(Authorize).Distinct().DefaultIfEmpty(Placeholder).Append(End);
        var record = ZoneLine.Text(domain, SpfRecord.Format(terms));
        return addresses.Count > 0
            ? $"Publish this record:\n{record}"
            : $"Publish this record, with the public address from which your relay sends as ADDRESS:\n{record}";
    }

    /// <summary>A remedy that replaces the record of a domain.</summary>
    public static string Replace(string domain, IEnumerable<string> terms) =>
        $"Publish this record instead:\n{ZoneLine.Text(domain, SpfRecord.Format(terms))}";

    /// <summary>The terms of a record with another one in front of that which ends it.</summary>
    public static IEnumerable<string> Insert(SpfRecord record, string term)
    {
        var terms = record.Terms.Select(other => other.Text).ToList();
        var last = record.All?.Text ?? record.Redirect?.Text;
        terms.Insert(last is null ? terms.Count : terms.IndexOf(last), term);
        return last is null ? terms.Append(End) : terms;
    }

    /// <summary>The terms with a proper end instead of an <c>all</c> that says nothing, or none.</summary>
    public static IEnumerable<string> Close(SpfRecord record) => record.Terms
        .Where(term => term != record.All).Select(term => term.Text).Append(End);

    /// <summary>The terms of all records of a domain in one.</summary>
    public static IEnumerable<string> Merge(IEnumerable<SpfRecord> records)
    {
        var all = records.ToList();
        var ends = all.Select(record => record.All?.Text ?? record.Redirect?.Text).OfType<string>().ToList();
        return all.SelectMany(record => record.Terms)
            .Where(term => !ends.Contains(term.Text))
            .Select(term => term.Text)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Append(ends.Find(end => end.EndsWith("all", StringComparison.OrdinalIgnoreCase)) ?? End);
    }

    /// <summary>The terms with each error corrected, or without it if it is not clear what was meant.</summary>
    public static IEnumerable<string> Correct(SpfRecord record, IReadOnlyList<SendingAddress> addresses)
    {
        var terms = record.Terms
            .Select(term => term is SpfSyntaxError error ? SpfCorrection.Suggest(error.Text) : term.Text)
            .OfType<string>()
            .ToList();
        var corrected = SpfParser.Parse(SpfRecord.Format(terms));
        var missing = addresses.Select(Authorize)
            .Where(term => record.Errors.Any() && !Covers(corrected, term)).Distinct();
        return missing.Aggregate(corrected, (result, term) =>
            SpfParser.Parse(SpfRecord.Format(Insert(result, term)))) is var complete && complete.All is null &&
            complete.Redirect is null
            ? Close(complete)
            : complete.Terms.Select(term => term.Text);
    }

    /// <summary>Whether a record authorizes what a term does, as far as its own text tells.</summary>
    private static bool Covers(SpfRecord record, string term) =>
        SpfParser.Parse(SpfRecord.Format([term])).Mechanisms.Single() is var wanted &&
        record.Mechanisms.Any(mechanism => mechanism.Kind != wanted.Kind
            ? mechanism.NeedsLookup && wanted.Network is not null
            : wanted.Network is { } network
                ? AddressPrefix.Matches(
                    mechanism.Network!, network, network.AddressFamily == AddressFamily.InterNetwork
                        ? mechanism.Ip4Prefix : mechanism.Ip6Prefix)
                : string.Equals(mechanism.DomainSpec, wanted.DomainSpec, StringComparison.OrdinalIgnoreCase));

    private static string Authorize(IPAddress address) =>
        $"{(address.AddressFamily == AddressFamily.InterNetwork ? "ip4" : "ip6")}:{address}";
}
