using System.Text.RegularExpressions;
using TrendingMail.Digests.Selection.Matching;

namespace TrendingMail.Tests.Digests.Selection.Matching;

/// <summary>The embedded files of aliases and topics.</summary>
public sealed partial class InterestTermsTests
{
    private static readonly string[] Aliases = [.. ReadLines("aliases.txt")];

    private static readonly string[] Topics = [.. ReadLines("topics.txt")];

    [Fact]
    public void AliasGroupsAreDisjoint()
    {
        var keys = Aliases.SelectMany(line => line.Split('=').Select(Stems.Key).Distinct()).ToArray();

        Assert.Equal(keys.Order(), keys.Distinct().Order());
        Assert.All(Aliases, line => Assert.Contains('=', line));
    }

    [Fact]
    public void TopicsHaveCategoriesAndWords()
    {
        Assert.All(Topics, line => Assert.Equal(3, line.Split('|').Length));
        Assert.All(Topics.SelectMany(
            line => line.Split('|')[1].Split(
                ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
            category => Assert.Matches(Category(), category));
        Assert.All(Topics, line => Assert.NotEmpty(InterestTerms.ForTopic(line.Split('|')[0]).Related));
    }

    [Fact]
    public void TopicIsFoundByAlias() =>
        Assert.Equal(["cs.cl"], InterestTerms.ForTopic("NLP").Categories);

    private static string[] ReadLines(string resource)
    {
        using var reader = new StreamReader(typeof(InterestTerms).Assembly.GetManifestResourceStream(resource)!);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }

    [GeneratedRegex(@"^[a-z-]+(\.[A-Za-z-]+)?$")]
    private static partial Regex Category();
}
