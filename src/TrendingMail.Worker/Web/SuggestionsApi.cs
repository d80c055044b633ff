using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TrendingMail.Papers;
using TrendingMail.Storage;

namespace TrendingMail.Worker.Web;

/// <summary>Names out of the papers of the last weeks, for whoever types one.</summary>
internal static class SuggestionsApi
{
    private const int Most = 12;

    private const int LongestQuery = 100;

    public static void MapSuggestionsApi(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/suggestions", SuggestAsync).RequireRateLimiting(RateLimits.Suggestion)
            .WithTags("Papers and editions").WithName("Suggest").WithSummary("Names that begin with what was typed");

    private static async Task<Results<Ok<IReadOnlyList<string>>, ProblemHttpResult>> SuggestAsync(
        PaperVocabulary vocabulary, CancellationToken stop,
        [Description("keyword, topic, author, organization or category")] string kind = "keyword",
        [Description("What was typed")] string q = "")
    {
        if (q.Length > LongestQuery)
        {
            return TypedResults.Problem($"q has at most {LongestQuery} characters.", statusCode: StatusCodes.Status400BadRequest);
        }

        // A topic is named by the words that papers name theirs by.
        var name = kind == "topic" ? "keyword" : kind;
        foreach (var known in Enum.GetValues<WordKind>())
        {
            if (known.ToColumn() == name)
            {
                return TypedResults.Ok(await vocabulary.FindAsync(known, q, Most, stop));
            }
        }

        return TypedResults.Problem("kind is keyword, topic, author, organization or category.",
            statusCode: StatusCodes.Status400BadRequest);
    }
}
