using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>The template model of a subscriber's interests.</summary>
internal static class InterestModel
{
    public static ScriptObject From(Interest interest) => TemplateModel.Create(
        ("field", InterestsForm.GetFieldName(interest)),
        ("kind", DescribeKind(interest.Kind)),
        ("value", interest.Value),
        ("choice", interest.IsMuted ? "mute" : interest.Weight >= Interest.Followed ? "follow" : "learned"),
        ("strength", DescribeWeight(interest.Weight)));

    public static ScriptObject From(WeightChange move) => TemplateModel.Create(
        ("kind", DescribeKind(move.Kind)),
        ("value", move.Value),
        ("strength", DescribeWeight(move.To)));

    public static string DescribeKind(InterestKind kind) => kind switch
    {
        InterestKind.Organization => "organization",
        InterestKind.Category => "arXiv category",
        _ => kind.ToColumn(),
    };

    /// <summary>Describes a weight, for example "slightly more (+0.25)".</summary>
    public static string DescribeWeight(double weight)
    {
        var words = weight switch
        {
            <= Interest.Muted => "muted",
            >= Interest.Followed => "followed",
            > 0.5 => "much more",
            > 0.25 => "more",
            > 0 => "slightly more",
            0 => "no preference",
            >= -0.25 => "slightly less",
            >= -0.5 => "less",
            _ => "much less",
        };
        return weight is <= Interest.Muted or >= Interest.Followed or 0
            ? words
            : string.Create(CultureInfo.InvariantCulture, $"{words} ({weight:+0.##;−0.##})");
    }
}
