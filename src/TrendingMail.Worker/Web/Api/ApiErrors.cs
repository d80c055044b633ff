using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TrendingMail.Worker.Web.Api;

/// <summary>Errors of the API as problem details (RFC 9457), whatever part of the program finds them.</summary>
internal static partial class ApiErrors
{
    private const string Prefix = "/api";

    public static void AddApiErrors(this IServiceCollection services)
    {
        services.AddProblemDetails();

        // As an exception, an invalid parameter comes with its name; otherwise there is only a status code.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseApiErrors(this IApplicationBuilder app) => app.UseWhen(
        http => http.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal),
        branch => branch.Use(DescribeErrorAsync).UseStatusCodePages());

    public static ProblemHttpResult BadRequest(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    public static ProblemHttpResult NotFound(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    private static async Task DescribeErrorAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await TypedResults.Problem(Describe(e), statusCode: e.StatusCode).ExecuteAsync(http);
        }
        catch (TrendingMailException e) when (!http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILogger<ProblemHttpResult>>().LogError("{Fault}", e.Message);
            http.Response.Headers.RetryAfter = "30";
            await TypedResults.Problem("Something went wrong on our side. Nothing was changed. Please try again in a " +
                "minute.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(http);
        }
    }

    /// <summary>The framework's messages name types of C#, which say nothing to the caller.</summary>
    private static string Describe(BadHttpRequestException fault) => fault.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => "The request body is too large.",
        StatusCodes.Status415UnsupportedMediaType => "The request body must be JSON (Content-Type: application/json).",
        _ when ParameterPattern().Match(fault.Message) is { Success: true } match =>
            $"{match.Groups["name"].Value} must be a whole number, and given once; " +
            $"it is '{match.Groups["value"].Value}'.",
        _ => "The request is not valid. See /openapi/v1.json.",
    };

    [GeneratedRegex("parameter \"\\S+ (?<name>\\w+)\" from \"(?<value>.{0,100})\"",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex ParameterPattern();
}
