using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Rendering;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>What pages see of a reader's interests.</summary>
internal static class InterestModel
{
    public static ScriptObject Of(Interest interest) => Model.Of(
        ("field", FieldOf(interest)),
        ("kind", Kind(interest.Kind)),
        ("value", interest.Value),
        ("wish", interest.IsMute ? "mute" : interest.Weight >= Interest.Followed ? "follow" : "learned"),
        ("strength", Strength(interest.Weight)));

    public static ScriptObject Of(WeightMove move) => Model.Of(
        ("kind", Kind(move.Kind)),
        ("value", move.Value),
        ("strength", Strength(move.To)));

    /// <summary>The name of the field that changes an interest.</summary>
    public static string FieldOf(Interest interest) => $"interest.{interest.Kind.ToColumn()}.{interest.Key}";

    public static string Kind(InterestKind kind) => kind switch
    {
        InterestKind.Organization => "organisation",
        InterestKind.Category => "arXiv category",
        _ => kind.ToColumn(),
    };

    /// <summary>A weight in words with its number, such as "a little more (+0.25)".</summary>
    public static string Strength(double weight)
    {
        var words = weight switch
        {
            <= Interest.Muted => "muted",
            >= Interest.Followed => "followed",
            > 0.5 => "much more",
            > 0.25 => "more",
            > 0 => "a little more",
            0 => "as before",
            >= -0.25 => "a little less",
            >= -0.5 => "less",
            _ => "much less",
        };
        return weight is <= Interest.Muted or >= Interest.Followed or 0
            ? words
            : string.Create(CultureInfo.InvariantCulture, $"{words} ({weight:+0.##;−0.##})");
    }
}
