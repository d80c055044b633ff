using System.Globalization;
using System.Net;
using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Rendering;

namespace TrendingMail.Worker.Web;

/// <summary>
/// Shows the outbox folder, where mail goes while no SMTP server is set. It holds links that act for readers, so only
/// this machine may look: neither through a proxy nor under another name.
/// </summary>
internal static class OutboxPages
{
    /// <summary>The last is what becomes of the first where the address in it was believed.</summary>
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "Forwarded", "X-Original-For"];

    public static void MapOutboxPages(this IEndpointRouteBuilder app)
    {
        var outbox = app.MapGroup("/outbox").AddEndpointFilter(async (context, next) =>
            IsLocal(context.HttpContext)
                ? await next(context)
                : context.HttpContext.RequestServices.GetRequiredService<Pages>().NotFound());
        outbox.MapPage("/", List);
        outbox.MapPage("/{file}", Show);
        outbox.MapPage("/{file}/html", ShowHtml);
        outbox.MapPage("/{file}/eml", Download);
    }

    private static IResult List(MailOptions mail, Pages pages)
    {
        var files = Directory.Exists(mail.Outbox.Path)
            ? new DirectoryInfo(mail.Outbox.Path).EnumerateFiles("*.eml").Where(file => file.Name[0] != '.')
            : [];
        var messages = files.OrderByDescending(file => file.LastWriteTimeUtc).Take(200).Select(file =>
        {
            using var message = MimeMessage.Load(file.FullName);
            return Model.Of(
                ("file", file.Name),
                ("url", $"/outbox/{Uri.EscapeDataString(file.Name)}"),
                ("subject", message.Subject ?? ""),
                ("to", message.To.ToString()),
                ("date", Text(message.Date)));
        });
        return pages.Page("outbox", new PageHead("Outbox", "Mail that waits here for want of a server.", null),
            Model.Of(("messages", Model.List(messages)), ("directory", mail.Outbox.Path)));
    }

    private static IResult Show(string file, MailOptions mail, Pages pages)
    {
        if (Open(file, mail) is not { } message)
        {
            return pages.NotFound();
        }

        using (message)
        {
            var url = $"/outbox/{Uri.EscapeDataString(file)}";
            return pages.Page("outbox_message", new PageHead(message.Subject ?? "", "A mail in the outbox.", null), Model.Of(
                ("message", Model.Of(
                    ("subject", message.Subject ?? ""),
                    ("from", message.From.ToString()),
                    ("to", message.To.ToString()),
                    ("date", Text(message.Date)))),
                ("headers", string.Join('\n', message.Headers.Select(header => $"{header.Field}: {header.Value}"))),
                ("text", message.TextBody ?? ""),
                ("html_url", message.HtmlBody is null ? null : $"{url}/html"),
                ("eml_url", $"{url}/eml")));
        }
    }

    private static IResult ShowHtml(string file, MailOptions mail, Pages pages, HttpContext http)
    {
        using var message = Open(file, mail);
        if (message?.HtmlBody is not { } html)
        {
            return pages.NotFound();
        }

        http.Response.Headers.ContentSecurityPolicy = MailPages.FramedPolicy;
        http.Response.Headers.XFrameOptions = "SAMEORIGIN";

        // A link that is followed must open the page itself, not a page inside the frame.
        return Results.Content(html.Replace("<head>", "<head><base target=\"_top\">", StringComparison.OrdinalIgnoreCase),
            "text/html; charset=utf-8");
    }

    private static IResult Download(string file, MailOptions mail, Pages pages)
    {
        var path = PathOf(file, mail);
        return File.Exists(path) ? Results.File(path, "message/rfc822", file) : pages.NotFound();
    }

    private static MimeMessage? Open(string file, MailOptions mail)
    {
        var path = PathOf(file, mail);
        return File.Exists(path) ? MimeMessage.Load(path) : null;
    }

    private static string PathOf(string file, MailOptions mail) =>
        file.EndsWith(".eml", StringComparison.Ordinal) && Path.GetFileName(file) == file
            ? Path.Combine(mail.Outbox.Path, file)
            : "";

    private static string Text(DateTimeOffset date) =>
        date.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Whether it is this machine that asks, directly and by a loopback name.</summary>
    internal static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) &&
        !ProxyHeaders.Any(http.Request.Headers.ContainsKey) &&
        (http.Request.Host.Host == "localhost" ||
            (IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)));
}
