using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TrendingMail.Editions;
using TrendingMail.SignUp;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Worker.Web;

/// <summary>A wish to subscribe, by program; what is left away is as a new reader starts.</summary>
internal sealed record ApiSignUp(
    string? Email,
    [property: Description("daily, weekdays or weekly")] string? Frequency = null,
    [property: Description("The day of a weekly digest: monday to sunday")] string? Weekday = null,
    [property: Description("The reader's local time, HH:mm")] string? Time = null,
    [property: Description("IANA name, such as Europe/Berlin")] string? TimeZone = null,
    [property: Description("1 to 50")] int? Papers = null,
    [property: Description("html or text")] string? Format = null);

/// <summary>What came of it: the same for every address.</summary>
/// <param name="DidYouMean">The address that was probably meant, where the domain looks like a typing mistake.</param>
internal sealed record ApiSignUpAnswer(string Message, string? DidYouMean);

/// <summary>
/// Subscribing by program. It needs no key, for it can do no more than the form: the address's owner is asked to confirm.
/// </summary>
internal static class SubscribeApi
{
    public static void MapSubscribeApi(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/subscribers", SubscribeAsync).RequireRateLimiting(RateLimits.SignUp)
            .WithTags("Subscribing").WithName("Subscribe").WithSummary("Asks an address's owner to confirm a subscription");

    private static async Task<Results<Accepted<ApiSignUpAnswer>, ValidationProblem, ProblemHttpResult>> SubscribeAsync(
        ApiSignUp wish, HttpContext http, SignUpRequests requests, SignUpWorker worker, SignUpGate gate, DigestOptions digest)
    {
        switch (await gate.JudgeAsync((wish.Email ?? "").Trim(), trap: null, stamp: null, work: null, http.RequestAborted))
        {
            case AddressVerdict.Welcome welcome:
                var form = PreferencesForm.Read(name => FieldOf(wish, name), PreferencesForm.Of(DefaultPreferences.Of(digest)));
                if (!form.TryAccept(DateOnly.MinValue, out var preferences, out _))
                {
                    return TypedResults.ValidationProblem(
                        form.Errors.ToDictionary(error => error.Field, error => (string[])[error.Message]));
                }

                await requests.AskAsync(welcome.Address, preferences, Forms.OriginOf(http, "api"), http.RequestAborted);
                worker.Wake();
                return TypedResults.Accepted((string?)null, new ApiSignUpAnswer(
                    "If this address can subscribe, a mail with a link is on its way to it.", welcome.Meant?.Value));
            case AddressVerdict.TooMany tooMany:
                tooMany.Lease.Dispose();
                return TypedResults.Problem("There were too many sign-ups for this address or its domain; try again later.",
                    statusCode: StatusCodes.Status429TooManyRequests);
            case AddressVerdict.Refused refused:
                return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["email"] = [refused.Reason] });
            default:
                return TypedResults.Problem("The operator asks for a proof of work at each sign-up: subscribe by the form.",
                    statusCode: StatusCodes.Status403Forbidden);
        }
    }

    private static string? FieldOf(ApiSignUp wish, string name) => name switch
    {
        "frequency" => wish.Frequency,
        "weekday" => wish.Weekday,
        "time" => wish.Time,
        "time_zone" => wish.TimeZone,
        "papers" => wish.Papers is { } papers ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{papers}") : null,
        "format" => wish.Format,
        _ => null,
    };
}
