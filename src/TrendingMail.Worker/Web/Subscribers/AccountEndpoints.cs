using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.SignUp.AccountLinks;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>
/// What reveals or harms too much for the link in every mail: the export and the erasure. The preferences page mails a
/// link for each, which works for an hour; see <see cref="AddressChangeEndpoints"/> for the third.
/// </summary>
internal static class AccountEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        WriteIndented = true,
    };

    public static void MapAccountEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPost("/preferences/{token}/account", RequestLinkAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPage("/export/{token}",
            (string token, LinkAuthorizer authorizer, PageRenderer renderer, CancellationToken stop) =>
            authorizer.AuthorizeAsync(
                token, LinkPurpose.ExportData, (subscriber, _) => ExportPage(subscriber, renderer), stop));
        app.MapPost("/export/{token}", ExportAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPage("/erase/{token}",
            (string token, LinkAuthorizer authorizer, PageRenderer renderer, SubscriberLinks links,
            CancellationToken stop) => authorizer.AuthorizeAsync(token, LinkPurpose.EraseData,
                (subscriber, link) => ErasePage(subscriber, link, renderer, links), stop));
        app.MapPost("/erase/{token}", EraseAsync).RequireRateLimiting(RateLimits.Action);
    }

    private static Task<IResult> RequestLinkAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, AccountLinkFlow accountLinks,
        SubscriberLinks links, DeliveryDispatcher dispatcher, PageRenderer renderer) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.Preferences, async (subscriber, link) =>
        {
            var back = (links.Preferences(subscriber, link.IssuedAt), renderer.Text("web.preferences.back"));
            var name = (await FormReader.ReadAsync(http))["action"].ToString();
            if (!TryParse(name, out var action))
            {
                return renderer.RenderMessage(
                    renderer.Text("web.account.not_sent"), renderer.Text("web.account.use_buttons"),
                    StatusCodes.Status400BadRequest, back);
            }

            var result = await accountLinks.RequestAsync(
                subscriber.Id, action, FormReader.GetOrigin(http, "web"), http.RequestAborted);
            dispatcher.Wake();
            var (heading, text) = Describe(result, subscriber, renderer);
            return renderer.RenderMessage(heading, text, StatusCodes.Status202Accepted, back);
        }, http.RequestAborted);

    private static bool TryParse(string name, out AccountAction action)
    {
        action = Enum.GetValues<AccountAction>().FirstOrDefault(value => value.ToColumn() == name);
        return action.ToColumn() == name;
    }

    private static (string Heading, string Text) Describe(
        AccountLinkResult result, Subscriber subscriber, PageRenderer renderer) => result switch
        {
            AccountLinkResult.Sent => (renderer.Text("web.inbox.heading"),
                renderer.Text("web.account.sent", ("address", subscriber.MaskedAddress))),
            AccountLinkResult.SentBefore => (renderer.Text("web.inbox.heading"),
                renderer.Text("web.account.sent_before", ("address", subscriber.MaskedAddress))),
            _ => (renderer.Text("web.account.not_sent"),
                renderer.Text("web.account.no_mail", ("address", subscriber.MaskedAddress))),
        };

    private static IResult ExportPage(Subscriber subscriber, PageRenderer renderer) => renderer.RenderPage(
        "export",
        new PageMetadata(
            renderer.Text("web.account.export_title"), renderer.Text("web.account.export_description"), null),
        TemplateModel.Create(("address", subscriber.MaskedAddress)));

    private static Task<IResult> ExportAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, PersonalDataExport export) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.ExportData, async (subscriber, _) =>
        {
            var data = await export.CollectAsync(subscriber, http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            return Results.File(
                JsonSerializer.SerializeToUtf8Bytes(data, Json), "application/json", "my-subscription.json");
        }, http.RequestAborted);

    private static IResult ErasePage(Subscriber subscriber, LinkToken link, PageRenderer renderer,
        SubscriberLinks links) => renderer.RenderPage(
        "erase", new PageMetadata(renderer.Text("web.erase.title"), renderer.Text("web.erase.description"), null),
        TemplateModel.Create(
            ("address", subscriber.MaskedAddress),
            ("preferences_url", links.Preferences(subscriber, link.IssuedAt))));

    private static Task<IResult> EraseAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, ErasureFlow erasure, PageRenderer renderer) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.EraseData, async (subscriber, _) =>
        {
            await erasure.EraseAsync(subscriber.Id, http.RequestAborted);
            return renderer.RenderMessage(
                renderer.Text("web.erase.done"), renderer.Text("web.erase.done_text"), link: renderer.Home);
        }, http.RequestAborted);
}
