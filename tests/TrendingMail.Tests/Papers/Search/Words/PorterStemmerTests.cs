using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using TrendingMail.Papers.Sample;
using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Tests.Papers.Search.Words;

public sealed class PorterStemmerTests
{
    private static readonly string[] Roots =
    [
        "a", "y", "at", "sky", "rel", "gener", "hopp", "fil", "univers", "oper", "agre", "plast", "conflat", "tann",
        "crys", "vietnamiz", "differ",
    ];

    private static readonly string[] Suffixes =
    [
        "", "s", "es", "ies", "sses", "ss", "eed", "ed", "ing", "y", "ational", "tional", "enci",
        "anci", "izer", "logi",
        "bli", "alli", "entli", "eli", "ousli", "ization", "ation", "ator", "alism", "iveness", "fulness", "ousness",
        "aliti", "iviti", "biliti", "ical", "ness", "icate", "iciti", "ful", "ative", "alize", "al",
        "ance", "ence", "er",
        "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "tion", "ou", "ism", "ate", "iti",
        "ous", "ive", "ize",
        "e", "ll", "le", "ate", "ated", "ating", "bled", "izing", "lling", "tting", "ssing", "zzed", "eings", "ily",
    ];

    [Theory]
    [InlineData("models", "model")]
    [InlineData("quantization", "quantiz")]
    [InlineData("quantized", "quantiz")]
    [InlineData("embeddings", "embed")]
    [InlineData("is", "is")]
    public void FormsOfAWordHaveOneStem(string word, string stem) => Assert.Equal(stem, Stem(word));

    /// <summary>Highlighting agrees with matching only if both stem words in the same way.</summary>
    [Fact]
    public async Task StemsEqualThoseOfFts5()
    {
        var sample = await SamplePapers.ReadAsync(TestPapers.Day, TestContext.Current.CancellationToken);
        var words = sample.Papers
            .SelectMany(paper => WordTokenizer.FoldText($"{paper.Title} {paper.Abstract}").Split(' '))
            .Concat(from beginning in Roots from ending in Suffixes select beginning + ending)
            .Concat(["Größe", "naïve", "Ærø", "Müller", "C++", "C#", "ΑΒΓ", "東京", "모델", "ไท"])
            .Concat([new string('a', 61) + "ing", new string('a', 62) + "ing", new string('a', 70)])
            .Distinct(StringComparer.Ordinal).ToList();

        using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE VIRTUAL TABLE texts USING fts5 (word, tokenize = 'porter unicode61 remove_diacritics 2');
            CREATE VIRTUAL TABLE stems USING fts5vocab (texts, 'instance');
            INSERT INTO texts (rowid, word) SELECT key + 1, value FROM json_each(@words);
            SELECT doc, term FROM stems;
            """;
        command.Parameters.AddWithValue("@words", JsonSerializer.Serialize(words.Select(WordTokenizer.FoldWord)));
        var differences = new List<string>();
        using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            var word = words[reader.GetInt32(0) - 1];
            if (Stem(word) != reader.GetString(1))
            {
                differences.Add($"{word}: {Stem(word)}, in the index {reader.GetString(1)}");
            }
        }

        Assert.Empty(differences);
    }

    private static string Stem(string word)
    {
        var buffer = new byte[300];
        return Encoding.UTF8.GetString(buffer, 0, PorterStemmer.Stem(buffer, WordTokenizer.Fold(word, buffer)));
    }
}
