using TrendingMail.Delivery;
using TrendingMail.Templates;

namespace TrendingMail.Diagnostics.Identity;

/// <summary>Whether the links in mail lead to a site that subscribers can reach, unread by others.</summary>
internal sealed class PublicUrlCheck(SiteOptions site, MailOptions mail) : IDiagnosticCheck
{
    public string Name => "public-url";

    public CheckGroup Group => CheckGroup.Identity;

    public string Description => "whether links in mail lead to a site that subscribers can reach";

    public bool NeedsNetwork => false;

    public bool GuardsReputation => true;

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([Judge()]);

    private Finding Judge()
    {
        const string Remedy = "Set Site:PublicUrl to the address at which subscribers reach the site.";
        if (site.PublicUrl is not { IsLoopback: false } url || InternetHost.IsThisMachine(url.Host.Trim('[', ']')))
        {
            var text = $"Links in mail lead to {site.BaseUrl}, which only this machine can open.";
            return mail.Transport == TransportKind.Smtp ? Finding.Bad(text, Remedy) : Finding.Warn(text, Remedy);
        }

        if (InternetHost.IsLocal(url.Host.Trim('[', ']')))
        {
            return Finding.Warn($"Links in mail lead to {url}, which only the local network can open.",
                $"If subscribers are elsewhere: {Remedy}");
        }

        return site.IsHttps
            ? Finding.Good($"Links in mail lead to {url}.")
            : Finding.Warn(
                $"Links in mail lead to {url}: whoever carries a subscriber's requests can read and use them.",
                "Serve the site under https, for example behind a reverse proxy, and set Site:PublicUrl to that " +
                "address.");
    }
}
