using System.Globalization;
using System.Text;
using TrendingMail.Papers;

namespace TrendingMail.Benchmarks.Search;

/// <summary>Synthetic papers of typical length, deterministic by number and ordered by day.</summary>
internal sealed class PaperFactory(Vocabulary vocabulary, int count)
{
    private const int Days = 3650;

    private static readonly DateOnly LastDay = new(2026, 11, 23);

    private readonly Vocabulary names = new(20_000, seed: 2);

    public int Count => count;

    public ListedPaper Create(int number)
    {
        var random = new Random(number);
        return new ListedPaper
        {
            ArxivId = $"{number / 100_000:0000}.{number % 100_000:00000}",
            Title = Sentence(random, random.Next(6, 14)),
            Abstract = string.Join(". ",
                Enumerable.Range(0, random.Next(6, 11)).Select(_ => Sentence(random, random.Next(15, 28)))),
            Authors = [.. Enumerable.Range(0, random.Next(2, 8)).Select(_ => Author(random))],
            Keywords = [.. Enumerable.Range(0, random.Next(3, 6)).Select(_ => vocabulary.Next(random))],
            Upvotes = random.Next(100),
            ListedOn = DayFor(number),
        };
    }

    private string Author(Random random) =>
        $"{Capitalize(names[100 + random.Next(400)])} {Capitalize(names[500 + random.Next(19_000)])}";

    private DateOnly DayFor(int number) => LastDay.AddDays(-Days + 1 + (int)((long)number * Days / count));

    private string Sentence(Random random, int words)
    {
        var text = new StringBuilder(words * 8);
        for (var i = 0; i < words; i++)
        {
            text.Append(i == 0 ? "" : " ")
                .Append(i == 0 ? Capitalize(vocabulary.Next(random)) : vocabulary.Next(random));
        }

        return text.ToString();
    }

    private static string Capitalize(string word) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(word);
}
