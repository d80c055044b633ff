using Scriban.Runtime;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>The template model of a subscriber's interests.</summary>
internal static class InterestModel
{
    public static ScriptObject From(Interest interest, Language language) => TemplateModel.Create(
        ("field", InterestsForm.GetFieldName(interest)),
        ("kind", DescribeKind(interest.Kind, language)),
        ("value", interest.Value),
        ("choice", interest.IsMuted ? "mute" : interest.Weight >= Interest.Followed ? "follow" : "learned"),
        ("strength", DescribeWeight(interest.Weight, language)));

    public static ScriptObject From(WeightChange move, Language language) => TemplateModel.Create(
        ("kind", DescribeKind(move.Kind, language)),
        ("value", move.Value),
        ("strength", DescribeWeight(move.To, language)));

    public static string DescribeKind(InterestKind kind, Language language) => language.Text(kind switch
    {
        InterestKind.Topic => "web.interest.topic",
        InterestKind.Keyword => "web.interest.keyword",
        InterestKind.Author => "web.interest.author",
        InterestKind.Organization => "web.interest.organization",
        _ => "web.interest.category",
    });

    /// <summary>Describes a weight, for example "slightly more (+0.25)".</summary>
    public static string DescribeWeight(double weight, Language language)
    {
        var words = language.Text(weight switch
        {
            <= Interest.Muted => "web.interest.muted",
            >= Interest.Followed => "web.interest.followed",
            > 0.5 => "web.interest.much_more",
            > 0.25 => "web.interest.more",
            > 0 => "web.interest.slightly_more",
            0 => "web.interest.unchanged",
            >= -0.25 => "web.interest.slightly_less",
            >= -0.5 => "web.interest.less",
            _ => "web.interest.much_less",
        });
        return weight is <= Interest.Muted or >= Interest.Followed or 0
            ? words
            : string.Create(language.Culture, $"{words} ({weight:+0.##;−0.##})");
    }
}
