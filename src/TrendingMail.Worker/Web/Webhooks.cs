using Microsoft.AspNetCore.Http.HttpResults;
using TrendingMail.Inbound.Webhooks;

namespace TrendingMail.Worker.Web;

/// <summary>Where mail providers post what became of our mail.</summary>
internal static class Webhooks
{
    /// <summary>SendGrid posts up to 768 KB at once, Amazon SNS 256 KB.</summary>
    public const int MaximumBody = 2 << 20;

    public static void MapWebhooks(this IEndpointRouteBuilder app) =>
        app.MapPost("/webhooks/{provider}", TakeAsync).RequireRateLimiting(RateLimits.Webhook).ExcludeFromDescription();

    private static async Task<IResult> TakeAsync(string provider, HttpContext http, WebhookDesk desk)
    {
        if (!desk.Knows(provider))
        {
            return Problem(StatusCodes.Status404NotFound, "No such provider is set up; see Webhooks in the settings.");
        }

        if (await ReadAsync(http.Request, http.RequestAborted) is not { } body)
        {
            return Problem(StatusCodes.Status413PayloadTooLarge, $"Post at most {MaximumBody} bytes.");
        }

        var request = new WebhookRequest(
            body, name => http.Request.Headers[name] is { Count: > 0 } values ? values.ToString() : null,
            http.Connection.RemoteIpAddress);
        return await desk.TakeAsync(provider, request, http.RequestAborted) switch
        {
            WebhookVerdict.Taken => TypedResults.Ok(),
            WebhookVerdict.Malformed =>
                Problem(StatusCodes.Status400BadRequest, "This is nothing that the provider posts."),
            WebhookVerdict.Forged =>
                Problem(StatusCodes.Status401Unauthorized, "The signature does not hold, or is too old."),
            _ => Problem(StatusCodes.Status404NotFound, "No such provider is set up."),
        };
    }

    /// <returns>Null where it is too long.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        if (request.ContentLength > MaximumBody)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = await request.Body.ReadAsync(buffer, stop)) > 0;)
        {
            if (body.Length + read > MaximumBody)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static ProblemHttpResult Problem(int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status);
}
