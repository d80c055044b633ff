using TrendingMail.Papers.Sources;

namespace TrendingMail.Tests.Papers.Sources;

public sealed class PapersOptionsTests
{
    [Fact]
    public void ValidOptionsHaveNoErrors() => Assert.Empty(new PapersOptions
    {
        Sources =
        [
            new SourceOptions(),
            new SourceOptions { Kind = SourceKind.Arxiv, Categories = ["cs.LG", "hep-th"] },
            new SourceOptions { Kind = SourceKind.Arxiv, Categories = ["math"],
                Url = new Uri("http://127.0.0.1:8080/query") },
            new SourceOptions { Kind = SourceKind.File, Path = "papers.jsonl" },
        ],
    }.Validate());

    [Fact]
    public void EachErrorNamesTheKeyAndTheAcceptedValues() => Assert.Equal(
        [
            "Papers:Sources:0:Url 'ftp://example.org/' is not an http or https URL.",
            "Papers:Sources:1:Categories has 0; a source of kind Arxiv needs 1 to 50, such as cs.LG.",
            "Papers:Sources:2:Categories:1 'machine learning' is not an arXiv category such as cs.LG, hep-th or math.",
            "Papers:Sources:3:Path is empty; a source of kind File needs the path of a JSON or JSON Lines file.",
            "Papers:PollDays is 31; give 0 to 30.",
        ],
        new PapersOptions
        {
            Sources =
            [
                new SourceOptions { Url = new Uri("ftp://example.org/") },
                new SourceOptions { Kind = SourceKind.Arxiv },
                new SourceOptions { Kind = SourceKind.Arxiv, Categories = ["cs.LG", "machine learning"] },
                new SourceOptions { Kind = SourceKind.File },
            ],
            PollDays = 31,
        }.Validate());
}
