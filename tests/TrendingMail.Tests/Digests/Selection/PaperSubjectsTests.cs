using TrendingMail.Digests.Selection;
using TrendingMail.Papers;

namespace TrendingMail.Tests.Digests.Selection;

public sealed class PaperSubjectsTests
{
    [Fact]
    public void SubjectsAreTheFirstKeywordsAndThePrimaryCategory() => Assert.Equal(
        ["Keyword speech", "Keyword b", "Keyword c", "Keyword d", "Keyword e", "Category cs.cl"],
        Subjects(["Speech", "b", "c", "d", "e", "f"], ["cs.CL", "cs.LG"], "Harbour Lane"));

    [Fact]
    public void DuplicateSubjectsAreMerged() =>
        Assert.Equal(["Keyword text to speech"], Subjects(["Text-to-Speech", "text to speech"], [], null));

    [Fact]
    public void OrganizationIsUsedWithoutKeywordsAndCategories() =>
        Assert.Equal(["Organization harbour lane"], Subjects([], [], "Harbour Lane"));

    [Fact]
    public void PaperWithoutUsableMetadataHasNoSubjects() => Assert.Empty(Subjects(["!?"], [], null));

    private static IEnumerable<string> Subjects(string[] keywords, string[] categories, string? organization) =>
        PaperSubjects.For(new Paper
        {
            Id = 1,
            Identity = "x",
            Title = "x",
            Abstract = "x",
            Authors = [],
            Keywords = keywords,
            Categories = categories,
            Organization = organization,
            ListedOn = new DateOnly(2026, 11, 23),
            Source = "x",
            FirstSeenAt = DateTimeOffset.UnixEpoch,
        }).Select(subject => $"{subject.Kind} {subject.Key}");
}
