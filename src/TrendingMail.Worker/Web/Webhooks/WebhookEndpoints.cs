using Microsoft.AspNetCore.Http.HttpResults;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Worker.Web.Clients;

namespace TrendingMail.Worker.Web.Webhooks;

/// <summary>Receives webhook requests of mail providers.</summary>
internal static class WebhookEndpoints
{
    /// <summary>SendGrid posts up to 768 KB per request, Amazon SNS 256 KB.</summary>
    public const int MaximumBodyLength = 2 << 20;

    public static void MapWebhookEndpoints(this IEndpointRouteBuilder app) =>
        app.MapPost("/webhooks/{provider}", ReceiveAsync).RequireRateLimiting(RateLimits.Webhook)
            .ExcludeFromDescription();

    private static async Task<IResult> ReceiveAsync(string provider, HttpContext http, WebhookReceiver receiver)
    {
        if (!receiver.IsConfigured(provider))
        {
            return Problem(StatusCodes.Status404NotFound,
                "This provider is not configured. See section Webhooks of the settings.");
        }

        // One more, so that the limit of ours is met first and explains itself.
        RequestBody.Limit(http, MaximumBodyLength + 1);
        if (await ReadAsync(http.Request, http.RequestAborted) is not { } body)
        {
            return Problem(
                StatusCodes.Status413PayloadTooLarge, $"The request body must have at most {MaximumBodyLength} bytes.");
        }

        var request = new WebhookRequest(
            body, name => http.Request.Headers[name] is { Count: > 0 } values ? values.ToString() : null,
            http.GetClient().Address);
        return await receiver.ReceiveAsync(provider, request, http.RequestAborted) switch
        {
            WebhookResult.Accepted => TypedResults.Ok(),
            WebhookResult.Malformed =>
                Problem(StatusCodes.Status400BadRequest, "The request is not a valid webhook of this provider."),
            WebhookResult.Unauthenticated =>
                Problem(StatusCodes.Status401Unauthorized, "The signature is invalid or too old."),
            _ => Problem(StatusCodes.Status404NotFound, "This provider is not configured."),
        };
    }

    /// <returns>Null if the body is too large.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        if (request.ContentLength > MaximumBodyLength)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = await request.Body.ReadAsync(buffer, stop)) > 0;)
        {
            if (body.Length + read > MaximumBodyLength)
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
