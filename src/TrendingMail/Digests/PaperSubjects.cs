using TrendingMail.Papers;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>What a paper is about, in the words of readers' interests: what "more like this" moves.</summary>
public static class PaperSubjects
{
    /// <summary>Later keywords are seldom what a paper is about.</summary>
    private const int Keywords = 5;

    /// <summary>Its first keywords and its primary category; without either, who wrote it.</summary>
    public static IReadOnlyList<Interest> Of(Paper paper)
    {
        var subjects = paper.Keywords.Take(Keywords).Select(word => Interest.Of(InterestKind.Keyword, word))
            .Append(Interest.Of(InterestKind.Category, paper.Categories is [var primary, ..] ? primary : null))
            .OfType<Interest>().DistinctBy(subject => (subject.Kind, subject.Key)).ToArray();
        return subjects.Length > 0
            ? subjects
            : [.. new[] { Interest.Of(InterestKind.Organization, paper.Organization) }.OfType<Interest>()];
    }
}
