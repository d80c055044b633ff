namespace TrendingMail.Diagnostics.Dns.Dmarc;

/// <summary>
/// Judges whether what SPF and DKIM prove is about the domain of From (RFC 9989 section 4.4). Only then does DMARC
/// pass.
/// </summary>
internal static class DmarcAlignment
{
    /// <param name="author">The walk from the domain of From.</param>
    /// <param name="returnPath">The walk from the domain of the return path.</param>
    /// <param name="signers">The walks from the signing domains.</param>
    /// <param name="setting">The setting that the return path comes from.</param>
    /// <param name="reportAddress">An address for reports to suggest.</param>
    public static IEnumerable<Finding> Judge(
        DmarcWalk author, DmarcWalk returnPath, IReadOnlyList<DmarcWalk> signers, string setting, string reportAddress)
    {
        var record = author.Policy?.Record;
        var (strictSpf, strictDkim) = (IsStrict(record, "aspf"), IsStrict(record, "adkim"));
        var spf = IsAligned(author, returnPath, strictSpf);
        var dkim = signers.Any(signer => IsAligned(author, signer, strictDkim));
        if (spf && dkim)
        {
            yield return Finding.Good($"SPF and DKIM are aligned with {author.Domain}.");
            yield break;
        }

        if (!spf)
        {
            var text = $"SPF proves {returnPath.Domain}, which DMARC does not count for {author.Domain}" +
                $"{(strictSpf ? " because of aspf=s" : "")}.";
            var remedy = strictSpf && IsAligned(author, returnPath, isStrict: false)
                ? Relax(author, "aspf", reportAddress)
                : $"Set {setting} to an address at {author.Domain}.";
            yield return dkim
                ? Finding.Warn($"{text} DMARC passes by DKIM alone.", remedy)
                : Finding.Bad(text, remedy);
        }

        if (!dkim)
        {
            var text = signers.Count == 0
                ? "No DKIM signature proves the domain of From."
                : $"DKIM proves {string.Join(", ", signers.Select(signer => signer.Domain))}, which DMARC does not " +
                    $"count for {author.Domain}{(strictDkim ? " because of adkim=s" : "")}.";
            var remedy = strictDkim && signers.Any(signer => IsAligned(author, signer, isStrict: false))
                ? Relax(author, "adkim", reportAddress)
                : $"Set Mail:Dkim:0:Domain to {author.Domain}, with a key that is published there: run " +
                    $"'trendingmail dkim create s1 --domain {author.Domain}'.";
            yield return spf
                ? Finding.Warn($"{text} DMARC passes by SPF alone, which fails when mail is forwarded.", remedy)
                : Finding.Bad(text, remedy);
        }
    }

    private static bool IsStrict(TagList? record, string tag) =>
        "s".Equals(record?[tag], StringComparison.OrdinalIgnoreCase);

    private static bool IsAligned(DmarcWalk author, DmarcWalk other, bool isStrict) =>
        author.Domain == other.Domain ||
        (!isStrict && author.OrganizationalDomain == other.OrganizationalDomain);

    /// <summary>A remedy that lets domains of the same organization count.</summary>
    private static string Relax(DmarcWalk author, string tag, string reportAddress) =>
        "Publish this record instead:\n" +
        ZoneLine.Text(
            $"_dmarc.{author.Policy!.Domain}",
            DmarcFindings.WithReports(author.Policy.Record!, reportAddress).Without(tag));
}
