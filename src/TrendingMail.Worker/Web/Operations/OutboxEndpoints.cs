using System.Globalization;
using TrendingMail.Delivery.Outbox;
using TrendingMail.Templates;
using TrendingMail.Worker.Web.Subscribers;

namespace TrendingMail.Worker.Web.Operations;

/// <summary>
/// Shows the outbox folder, which receives all mail while no SMTP server is configured. Its mails contain subscribers'
/// links, so they are shown on the management listener only, to direct requests from this machine.
/// </summary>
internal static class OutboxEndpoints
{
    public static void MapOutboxEndpoints(this IEndpointRouteBuilder app)
    {
        var listener = app.ServiceProvider.GetRequiredService<ManagementListener>();
        var group = app.MapGroup("/outbox").AddEndpointFilter(async (context, next) =>
            listener.Received(context.HttpContext) && ManagementListener.IsLocal(context.HttpContext)
                ? await next(context)
                : context.HttpContext.RequestServices.GetRequiredService<PageRenderer>().NotFound());
        group.MapPage("/", List);
        group.MapPage("/{file}", Show);
        group.MapPage("/{file}/html", ShowHtml);
        group.MapPage("/{file}/eml", Download);
    }

    private static IResult List(OutboxFolder outbox, PageRenderer renderer, SiteOptions site)
    {
        var messages = outbox.List().Select(entry =>
        {
            using var message = entry.Message;
            return TemplateModel.Create(
                ("file", entry.File),
                ("url", $"{site.BasePath}/outbox/{Uri.EscapeDataString(entry.File)}"),
                ("subject", message.Subject ?? ""),
                ("to", message.To.ToString()),
                ("date", FormatDate(message.Date)));
        });
        return renderer.RenderPage(
            "outbox", new PageMetadata("Outbox", "Mail kept here while no SMTP server is configured.", null),
            TemplateModel.Create(("messages", TemplateModel.List(messages)), ("directory", outbox.Path)));
    }

    private static IResult Show(string file, OutboxFolder outbox, PageRenderer renderer, SiteOptions site)
    {
        if (outbox.Open(file) is not { } message)
        {
            return renderer.NotFound();
        }

        using (message)
        {
            var url = $"{site.BasePath}/outbox/{Uri.EscapeDataString(file)}";
            return renderer.RenderPage("outbox_message",
                new PageMetadata(message.Subject ?? "", "A mail in the outbox.", null), TemplateModel.Create(
                ("message", TemplateModel.Create(
                    ("subject", message.Subject ?? ""),
                    ("from", message.From.ToString()),
                    ("to", message.To.ToString()),
                    ("date", FormatDate(message.Date)))),
                ("headers", string.Join('\n', message.Headers.Select(header => $"{header.Field}: {header.Value}"))),
                ("text", message.TextBody ?? ""),
                ("html_url", message.HtmlBody is null ? null : $"{url}/html"),
                ("eml_url", $"{url}/eml")));
        }
    }

    private static IResult ShowHtml(string file, OutboxFolder outbox, PageRenderer renderer, HttpContext http)
    {
        using var message = outbox.Open(file);
        if (message?.HtmlBody is not { } html)
        {
            return renderer.NotFound();
        }

        http.Response.Headers.ContentSecurityPolicy = DigestViewEndpoints.FramedPolicy;
        http.Response.Headers.XFrameOptions = "SAMEORIGIN";

        // Links must open in the window, not inside the frame.
        return Results.Content(
            html.Replace("<head>", "<head><base target=\"_top\">", StringComparison.OrdinalIgnoreCase),
            "text/html; charset=utf-8");
    }

    private static IResult Download(string file, OutboxFolder outbox, PageRenderer renderer) =>
        outbox.FindPath(file) is { } path ? Results.File(path, "message/rfc822", file) : renderer.NotFound();

    private static string FormatDate(DateTimeOffset date) =>
        date.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
