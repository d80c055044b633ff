using System.Text.Json.Nodes;
using Scriban.Runtime;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Languages;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>What stands in the head of a page.</summary>
/// <param name="Title">Without the site's name.</param>
/// <param name="Canonical">The page's own path; null where search engines shall not list it.</param>
/// <param name="Facts">What the page is about in schema.org's words; see <see cref="SchemaOrg"/>.</param>
internal sealed record PageHead(string Title, string Description, string? Canonical, JsonObject? Facts = null);

/// <summary>Makes HTML pages of the operator's templates.</summary>
internal sealed class Pages(Templates templates, SiteOptions site, FormStamps stamps, SecurityOptions security)
{
    /// <summary>Stands where a form's stamp goes until the page is sent, so that a page's tag does not change with it.</summary>
    private const string StampPlace = "the-stamp-goes-here";

    /// <summary>What a new reader agrees to, as the pages say it and as the consent history keeps it.</summary>
    public string Consent => templates.Render("web/consent.txt", Model.Of(("site", Model.Site(site)))).Trim();

    /// <summary>The language that the pages speak.</summary>
    public Language Language => templates.Language(null);

    /// <summary>A page: <c>web/NAME.html</c> inside <c>web/layout.html</c>.</summary>
    public IResult Page(string name, PageHead head, ScriptObject model, int status = StatusCodes.Status200OK)
    {
        var page = Model.Of(
            ("title", head.Title),
            ("description", head.Description),
            ("canonical", head.Canonical is null ? null : site.BaseUrl + head.Canonical),
            ("noindex", head.Canonical is null),
            ("facts", head.Facts is null ? null : SchemaOrg.Script(head.Facts)));
        model.SetValue("site", Model.Site(site), readOnly: true);
        model.SetValue("page", page, readOnly: true);
        model.SetValue("sign_up", Model.Of(
            ("consent", Consent),
            ("email", Given("email", "")),
            ("time_zone", Given("time_zone", "")),
            ("is_fault", Given("is_fault", false)),
            ("stamp", StampPlace),
            ("minimum_fill", security.MinimumFillSeconds),
            ("work_bits", security.ProofOfWorkBits)), readOnly: true);
        var content = templates.Render($"web/{name}.html", model);
        var html = templates.Render("web/layout.html", Model.Of(
            ("site", Model.Site(site)), ("page", page), ("content", new RawHtml(content)),
            ("query", model.TryGetValue("query", out var query) ? query : null)));
        return new PageResult(html, status, forEveryone: head.Canonical is not null, Stamped);

        object Given(string name, object otherwise) => model.TryGetValue(name, out var value) && value is not null ? value : otherwise;
    }

    private string Stamped(string html) => html.Replace(StampPlace, stamps.New(), StringComparison.Ordinal);

    /// <summary>A piece of HTML without the page around it: <c>web/NAME.html</c>.</summary>
    public string Fragment(string name, ScriptObject model) => templates.Render($"web/{name}.html", model);

    /// <summary>A page that only says something.</summary>
    public IResult Message(
        string heading, string text, int status = StatusCodes.Status200OK, (string Href, string Text)? link = null) =>
        Page("message", new PageHead(heading, text, null), Model.Of(
            ("heading", heading),
            ("text", text),
            ("link", link is { } l ? Model.Of(("href", l.Href), ("text", l.Text)) : null)), status);

    public IResult NotFound() => Message(
        "Not found", "There is no such page, or no edition of that day.", StatusCodes.Status404NotFound,
        ("/", "Today's papers"));
}

/// <summary>How pages are mapped.</summary>
internal static class PageRoutes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>A page that can be read, and asked after (RFC 9110 section 9.3.2), which link checkers and monitors do.</summary>
    public static RouteHandlerBuilder MapPage(this IEndpointRouteBuilder app, string pattern, Delegate handler) =>
        app.MapMethods(pattern, Methods, handler);
}
