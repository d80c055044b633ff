using System.Text.RegularExpressions;
using TrendingMail.Digests.Matching;

namespace TrendingMail.Tests.Digests.Matching;

/// <summary>The files of aliases and topics that come with the program.</summary>
public sealed partial class WantedWordsTests
{
    private static readonly string[] Aliases = [.. Lines("aliases.txt")];

    private static readonly string[] Topics = [.. Lines("topics.txt")];

    [Fact]
    public void NoNameStandsInTwoGroupsOfAliases()
    {
        var keys = Aliases.SelectMany(line => line.Split('=').Select(Stems.Key).Distinct()).ToArray();

        Assert.Equal(keys.Order(), keys.Distinct().Order());
        Assert.All(Aliases, line => Assert.Contains('=', line));
    }

    [Fact]
    public void EachTopicHasItsCategoriesAndItsWords()
    {
        Assert.All(Topics, line => Assert.Equal(3, line.Split('|').Length));
        Assert.All(Topics.SelectMany(line => line.Split('|')[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
            category => Assert.Matches(Category(), category));
        Assert.All(Topics, line => Assert.NotEmpty(WantedWords.OfTopic(line.Split('|')[0]).Related));
    }

    [Fact]
    public void ATopicIsKnownByItsOtherNames() =>
        Assert.Equal(["cs.cl"], WantedWords.OfTopic("NLP").Categories);

    private static string[] Lines(string resource)
    {
        using var reader = new StreamReader(typeof(WantedWords).Assembly.GetManifestResourceStream(resource)!);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }

    [GeneratedRegex(@"^[a-z-]+(\.[A-Za-z-]+)?$")]
    private static partial Regex Category();
}
