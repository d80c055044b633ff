using TrendingMail.Templates;

namespace TrendingMail.Diagnostics.Identity;

/// <summary>Whether messages name a postal address, as laws such as CAN-SPAM require.</summary>
internal sealed class PostalAddressCheck(SiteOptions site) : DiagnosticCheck(
    CheckGroup.Identity, "postal-address", "whether messages have the publisher's postal address")
{
    public override Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Found(
        string.IsNullOrWhiteSpace(site.PostalAddress)
            ? Finding.Warn("Messages have no postal address, which many countries require of newsletters.",
                "Set Site:PostalAddress to the publisher's address on one line.")
            : Finding.Good($"Messages name {site.PostalAddress}."));
}
