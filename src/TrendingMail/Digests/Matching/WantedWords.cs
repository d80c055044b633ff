using System.Reflection;

namespace TrendingMail.Digests.Matching;

/// <summary>Words that stand one after the other in a text.</summary>
/// <param name="IsAbbreviation">One word that counts only where a paper writes it with two capitals or more.</param>
internal sealed record Phrase(IReadOnlyList<string> Stems, bool IsAbbreviation);

/// <summary>What is looked for in a paper's texts for one interest.</summary>
/// <param name="Names">The interest itself, by all its names.</param>
/// <param name="Related">What tells of it.</param>
/// <param name="Categories">arXiv's categories that are all about it, in lower case.</param>
internal sealed record WantedWords(
    IReadOnlyList<Phrase> Names, IReadOnlyList<Phrase> Related, IReadOnlyList<string> Categories)
{
    private static readonly Dictionary<string, string[]> Aliases = ReadAliases();

    private static readonly Dictionary<string, string[]> Topics = ReadTopics();

    /// <summary>A word or a phrase with its other names.</summary>
    public static WantedWords OfKeyword(string text) => new(Named(text), [], []);

    /// <summary>A keyword with all that tells of it, where it is a topic that we know.</summary>
    public static WantedWords OfTopic(string text)
    {
        if (NamesOf(text).Select(name => Topics.GetValueOrDefault(Stems.Key(name))).FirstOrDefault(t => t is not null)
            is not { } topic)
        {
            return OfKeyword(text);
        }

        return new WantedWords(
            Named(text), [.. Split(topic[2], ',').SelectMany(Named)],
            [.. Split(topic[1], ',').Select(category => category.ToLowerInvariant())]);
    }

    private static Phrase[] Named(string text) => [.. NamesOf(text).Select(PhraseOf).Where(phrase => phrase.Stems.Count > 0)];

    private static string[] NamesOf(string text) => Aliases.GetValueOrDefault(Stems.Key(text)) ?? [text];

    private static Phrase PhraseOf(string name)
    {
        var stems = Stems.In(name);
        return new Phrase([.. stems.Select(word => word.Stem)], stems.Length == 1 && name.Count(char.IsUpper) > 1);
    }

    private static Dictionary<string, string[]> ReadAliases()
    {
        var groups = new Dictionary<string, string[]>();
        foreach (var line in Lines("aliases.txt"))
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
        Lines("topics.txt").Select(line => line.Split('|')).ToDictionary(parts => Stems.Key(parts[0]));

    private static string[] Split(string text, char separator) =>
        text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Lines(string resource)
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
