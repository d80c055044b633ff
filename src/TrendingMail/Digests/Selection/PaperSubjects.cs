using TrendingMail.Papers;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Digests.Selection;

/// <summary>What a paper is about, as interests: those that "more like this" adjusts.</summary>
public static class PaperSubjects
{
    /// <summary>Keywords beyond these rarely describe what a paper is about.</summary>
    private const int MaximumKeywords = 5;

    /// <summary>The first keywords and the primary category or, without either, the organization.</summary>
    public static IReadOnlyList<Interest> For(Paper paper)
    {
        var subjects = paper.Keywords.Take(MaximumKeywords).Select(word => Interest.Create(InterestKind.Keyword, word))
            .Append(Interest.Create(InterestKind.Category, paper.Categories is [var primary, ..] ? primary : null))
            .OfType<Interest>().DistinctBy(subject => (subject.Kind, subject.Key)).ToArray();
        return subjects.Length > 0
            ? subjects
            : [.. new[] { Interest.Create(InterestKind.Organization, paper.Organization) }.OfType<Interest>()];
    }
}
