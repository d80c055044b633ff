using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web.Api;

/// <summary>A sign-up request. Omitted values take the defaults of a new subscriber.</summary>
internal sealed record ApiSignUpRequest(
    string? Email,
    [property: Description("daily, weekdays or weekly")] string? Frequency = null,
    [property: Description("The day of a weekly digest, monday to sunday")] string? Weekday = null,
    [property: Description("The subscriber's local time, HH:mm")] string? Time = null,
    [property: Description("IANA time zone name, such as Europe/Berlin")] string? TimeZone = null,
    [property: Description("1 to 50")] int? Papers = null,
    [property: Description("html or text")] string? Format = null,
    [property: Description("true to subscribe an address such as info@ or support@")] bool SharedMailbox = false);

/// <summary>The response, which is the same for every address.</summary>
/// <param name="DidYouMean">The address that was probably intended, if the domain looks misspelled.</param>
internal sealed record ApiSignUpResponse(string Message, string? DidYouMean);

/// <summary>
/// The sign-up API. It needs no API key, because it can do no more than the form: the owner of the address has to
/// confirm.
/// </summary>
internal static class SubscribeApiEndpoints
{
    public static void MapSubscribeApiEndpoints(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/subscribers", SubscribeAsync).RequireRateLimiting(RateLimits.SignUp)
            .WithTags("Subscribing").WithName("Subscribe")
            .WithSummary("Asks the owner of an address to confirm a subscription")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static async Task<Results<Accepted<ApiSignUpResponse>, ValidationProblem, ProblemHttpResult>>
        SubscribeAsync(
        ApiSignUpRequest request, HttpContext http, SignUpService signUp)
    {
        var form = new SignUpForm((request.Email ?? "").Trim(), PreferencesForm.Read(name => GetField(request, name)));
        form = form with { AcceptsSharedMailbox = request.SharedMailbox };
        switch (await signUp.RequestAsync(form, FormReader.GetOrigin(http, "api"), http.RequestAborted))
        {
            case SignUpResult.Accepted accepted:
                return TypedResults.Accepted((string?)null, new ApiSignUpResponse(
                    "If this address can subscribe, a confirmation link was sent to it.", accepted.Suggestion?.Value));
            case SignUpResult.PreferencesRejected rejected:
                return TypedResults.ValidationProblem(
                    rejected.Errors.ToDictionary(error => error.Field, error => (string[])[error.Message]));
            case SignUpResult.RateLimited rateLimited:
                rateLimited.Lease.Dispose();
                return TypedResults.Problem(
                    "There were too many sign-ups for this address. Try again later.",
                    statusCode: StatusCodes.Status429TooManyRequests);
            case SignUpResult.SharedMailbox shared:
                return TypedResults.ValidationProblem(new Dictionary<string, string[]>
                {
                    ["email"] = [$"{shared.Question} Set 'shared_mailbox' to true to do so."],
                });
            case SignUpResult.AddressRejected rejected:
                return TypedResults.ValidationProblem(
                    new Dictionary<string, string[]> { ["email"] = [rejected.Reason] });
            default:
                return TypedResults.Problem(
                    "The operator requires a proof of work for sign-ups. Use the form to subscribe.",
                    statusCode: StatusCodes.Status403Forbidden);
        }
    }

    private static string? GetField(ApiSignUpRequest request, string name) => name switch
    {
        "frequency" => request.Frequency,
        "weekday" => request.Weekday,
        "time" => request.Time,
        "time_zone" => request.TimeZone,
        "papers" => request.Papers is { } papers
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{papers}") : null,
        "format" => request.Format,
        _ => null,
    };
}
