using System.Reflection;

namespace TrendingMail.Digests.Selection.Matching;

/// <summary>A sequence of adjacent words.</summary>
/// <param name="IsAbbreviation">
/// A single word that matches only if the paper writes it with at least two capitals.
/// </param>
internal sealed record Phrase(IReadOnlyList<string> Stems, bool IsAbbreviation);

/// <summary>The terms to search papers for on behalf of one interest.</summary>
/// <param name="Names">The interest itself, with all its aliases.</param>
/// <param name="Related">Phrases that indicate it.</param>
/// <param name="Categories">The arXiv categories dedicated to it, in lower case.</param>
internal sealed record InterestTerms(
    IReadOnlyList<Phrase> Names, IReadOnlyList<Phrase> Related, IReadOnlyList<string> Categories)
{
    private static readonly Dictionary<string, string[]> Aliases = ReadAliases();

    private static readonly Dictionary<string, string[]> Topics = ReadTopics();

    /// <summary>The terms for a word or phrase, with its aliases.</summary>
    public static InterestTerms ForKeyword(string text) => new(ToPhrases(text), [], []);

    /// <summary>The terms for a topic, with related phrases; those for a keyword if the topic is unknown.</summary>
    public static InterestTerms ForTopic(string text)
    {
        if (ExpandAliases(text).Select(name => Topics.GetValueOrDefault(Stems.Key(name)))
            .FirstOrDefault(t => t is not null)
            is not { } topic)
        {
            return ForKeyword(text);
        }

        return new InterestTerms(
            ToPhrases(text), [.. Split(topic[2], ',').SelectMany(ToPhrases)],
            [.. Split(topic[1], ',').Select(category => category.ToLowerInvariant())]);
    }

    private static Phrase[] ToPhrases(string text) =>
        [.. ExpandAliases(text).Select(ParsePhrase).Where(phrase => phrase.Stems.Count > 0)];

    private static string[] ExpandAliases(string text) => Aliases.GetValueOrDefault(Stems.Key(text)) ?? [text];

    private static Phrase ParsePhrase(string name)
    {
        var stems = Stems.TokenizeQuery(name);
        return new Phrase([.. stems.Select(word => word.Stem)], stems.Length == 1 && name.Count(char.IsUpper) > 1);
    }

    private static Dictionary<string, string[]> ReadAliases()
    {
        var groups = new Dictionary<string, string[]>();
        foreach (var line in ReadLines("aliases.txt"))
        {
            var names = Split(line, '=');
            foreach (var name in names)
            {
                groups[Stems.Key(name)] = names;
            }
        }

        return groups;
    }

    private static Dictionary<string, string[]> ReadTopics() =>
        ReadLines("topics.txt").Select(line => line.Split('|')).ToDictionary(parts => Stems.Key(parts[0]));

    private static string[] Split(string text, char separator) =>
        text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> ReadLines(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
