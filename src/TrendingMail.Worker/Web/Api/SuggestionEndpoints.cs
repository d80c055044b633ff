using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TrendingMail.Papers.Texts;
using TrendingMail.Storage;

namespace TrendingMail.Worker.Web.Api;

/// <summary>Autocomplete suggestions from recent papers.</summary>
internal static class SuggestionEndpoints
{
    private const int MaximumSuggestions = 12;

    private const int MaximumQueryLength = 100;

    public static void MapSuggestionEndpoints(this IEndpointRouteBuilder app) =>
        app.MapPage("/api/v1/suggestions", SuggestAsync).RequireRateLimiting(RateLimits.Suggestion)
            .WithTags("Papers and editions").WithName("Suggest").WithSummary("Names that start with the given text")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static async Task<Results<Ok<IReadOnlyList<string>>, ProblemHttpResult>> SuggestAsync(
        PaperVocabulary vocabulary, CancellationToken stop,
        [Description("keyword, topic, author, organization or category")] string kind = "keyword",
        [Description("The start of a name")] string q = "")
    {
        if (q.Length > MaximumQueryLength)
        {
            return TypedResults.Problem(
                $"q must have at most {MaximumQueryLength} characters.", statusCode: StatusCodes.Status400BadRequest);
        }

        // Topics are suggested from the papers' keywords.
        var name = kind == "topic" ? "keyword" : kind;
        foreach (var known in Enum.GetValues<VocabularyKind>())
        {
            if (known.ToColumn() == name)
            {
                return TypedResults.Ok(await vocabulary.FindAsync(known, q, MaximumSuggestions, stop));
            }
        }

        return TypedResults.Problem("kind must be keyword, topic, author, organization or category.",
            statusCode: StatusCodes.Status400BadRequest);
    }
}
