using System.Net.Mail;
using System.Text;
using TrendingMail.Configuration;

namespace TrendingMail.Templates;

/// <summary>Settings of section <c>Site</c>: the publisher and the public address.</summary>
public sealed record SiteOptions
{
    /// <summary>The name of the publication, in pages and mail.</summary>
    /// <value>one line of text</value>
    public string Name { get; init; } = "TrendingMail";

    /// <summary>
    /// The public URL of the web pages, with which links in messages begin. Defaults to the address on which the pages
    /// are served. If it has a path, a reverse proxy may pass requests with that path or without it.
    /// </summary>
    /// <value>an http or https URL without a query</value>
    public Uri? PublicUrl { get; init; }

    /// <summary>
    /// The publisher's postal address on one line, for the footer of messages. Many countries require it.
    /// </summary>
    /// <value>one line of text</value>
    public string PostalAddress { get; init; } = "";

    /// <summary>The email address of a contact person.</summary>
    /// <value>an email address</value>
    public string Contact { get; init; } = "contact@localhost";

    /// <summary><see cref="PublicUrl"/> in ASCII, without a trailing slash.</summary>
    public string BaseUrl => PublicUrl is null ? ""
        : (Ascii.IsValid(PublicUrl.Host) ? PublicUrl : new UriBuilder(PublicUrl) { Host = PublicUrl.IdnHost }.Uri)
            .AbsoluteUri.TrimEnd('/');

    /// <summary>Whether the pages are public under https.</summary>
    public bool IsHttps => PublicUrl is { IsAbsoluteUri: true, Scheme: "https" };

    /// <summary>
    /// The path of <see cref="PublicUrl"/> without a trailing slash, with which links inside the site begin; usually
    /// empty.
    /// </summary>
    public string BasePath => PublicUrl?.AbsolutePath.TrimEnd('/') ?? "";

    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Any(char.IsControl))
        {
            yield return "Site:Name is empty or contains a control character; specify one line of text.";
        }

        if (PublicUrl is not { IsAbsoluteUri: true, Scheme: "https" or "http", Query: "", Fragment: "" })
        {
            yield return $"Site:PublicUrl '{PublicUrl}' is not an http or https address such as " +
                "https://papers.example.org.";
        }
        else if (!Ascii.IsValid(PublicUrl.Host) && !InternetName.TryToAscii(PublicUrl.Host, out _))
        {
            yield return $"Site:PublicUrl '{PublicUrl}' has a host that is not a valid domain.";
        }

        if (PostalAddress.Any(char.IsControl))
        {
            yield return "Site:PostalAddress contains a line break; put it on one line, separated by commas.";
        }

        if (!MailAddress.TryCreate(Contact, out _))
        {
            yield return $"Site:Contact '{Contact}' is not an email address.";
        }
        else if (!InternetName.TryToAscii(Contact, out _))
        {
            yield return $"Site:Contact '{Contact}' has a domain that is not valid.";
        }
    }
}
