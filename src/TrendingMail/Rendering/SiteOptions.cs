using System.Net.Mail;

namespace TrendingMail.Rendering;

/// <summary>Settings of section <c>Site</c>: who publishes, and where readers find it.</summary>
public sealed record SiteOptions
{
    public string Name { get; init; } = "TrendingMail";

    /// <summary>
    /// The address of the web pages as readers reach them; links in mails begin with it. Where it is not set, it is the
    /// address at which the pages are served.
    /// </summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The publisher's postal address, one line, for the foot of mails; many countries' law asks for it.</summary>
    public string PostalAddress { get; init; } = "";

    /// <summary>The address at which a person answers.</summary>
    public string Contact { get; init; } = "contact@localhost";

    /// <summary><see cref="PublicUrl"/> without a slash at its end.</summary>
    public string BaseUrl => PublicUrl?.AbsoluteUri.TrimEnd('/') ?? "";

    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Any(char.IsControl))
        {
            yield return "Site:Name is empty or holds a control character; give one line of text.";
        }

        if (PublicUrl is not { IsAbsoluteUri: true, Scheme: "https" or "http", Query: "", Fragment: "" })
        {
            yield return $"Site:PublicUrl '{PublicUrl}' is not an http or https address such as https://papers.example.org.";
        }

        if (PostalAddress.Any(char.IsControl))
        {
            yield return "Site:PostalAddress holds a line break; give one line, with commas.";
        }

        if (!MailAddress.TryCreate(Contact, out _))
        {
            yield return $"Site:Contact '{Contact}' is not an email address.";
        }
    }
}
