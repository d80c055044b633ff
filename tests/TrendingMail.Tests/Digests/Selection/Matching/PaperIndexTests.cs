using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Tests.Digests.Selection.Matching;

public sealed class PaperIndexTests
{
    [Theory]
    [InlineData("diffusion models", "A diffusion model for maps", "diffusion model")]
    [InlineData("quantization", "Quantized networks, quickly", "Quantized")]
    [InlineData("text to speech", "Text-to-Speech in one step", "Text-to-Speech")]
    [InlineData("TTS", "Speech synthesis in one step", "Speech synthesis")]
    [InlineData("large language models", "What LLMs know", "LLMs")]
    [InlineData("llm", "A Large Language Model of maps", "Large Language Model")]
    [InlineData("reinforcement learning", "RL for harbours", "RL")]
    [InlineData("quantisation", "Post-training quantization", "quantization")]
    [InlineData("mixture of experts", "A mixture-of-experts router", "mixture-of-experts")]
    [InlineData("modele", "Un modèle de langue", "modèle")]
    [InlineData("Qwen 2.5", "Qwen2.5-VL on maps", "Qwen2.5")]
    [InlineData("C#", "From C++ to C# in one step", "C#")]
    [InlineData("语言模型", "大语言模型的评测", "语言模型")]
    [InlineData("모델", "한국어 모델의 평가", "모델")]
    public void KeywordMatchesByStemPhraseAndAlias(string keyword, string title, string words)
    {
        var match = Assert.Single(
            Match(Interest.Create(InterestKind.Keyword, keyword)!, Paper() with { Title = title }));

        Assert.Equal((1.0, false), (match.Score, match.IsMuted));
        Assert.Equal((MatchField.Title, words), (match.Reason.Field, match.Reason.Words));
    }

    [Theory]
    [InlineData("diffusion models", "A model of diffusion")]
    [InlineData("diffusion models", "Diffusion; also small models")]
    [InlineData("retrieval-augmented generation", "A rag doll in simulation")]
    [InlineData("retrieval-augmented generation", "Rag dolls and other toys")]
    [InlineData("generative", "A general theory of maps")]
    [InlineData("university", "A universal code")]
    [InlineData("art", "The state of artificial things")]
    [InlineData("C#", "The C++ of harbours")]
    [InlineData("C++", "A language named C")]
    public void KeywordDoesNotMatchOtherWords(string keyword, string title) =>
        Assert.Empty(Match(Interest.Create(InterestKind.Keyword, keyword)!, Paper() with { Title = title }));

    [Fact]
    public void PhraseDoesNotSpanKeywords() => Assert.Empty(Match(
        Interest.Create(InterestKind.Keyword, "graph network")!,
        Paper() with { Keywords = ["a graph", "network science"] }));

    [Theory]
    [InlineData("speech", "We train a vocoder.", MatchField.Abstract, "vocoder", 0.4)]
    [InlineData("speech", "Speech is hard.", MatchField.Abstract, "Speech", 0.6)]
    [InlineData("NLP", "We study machine translation.", MatchField.Abstract, "machine translation", 0.4)]
    [InlineData("robotics", "", MatchField.Categories, "cs.RO", 0.5)]
    public void TopicMatchesByRelatedTerms(string topic, string text, MatchField field, string words, double score)
    {
        var paper = Paper() with { Abstract = text, Categories = topic == "robotics" ? ["cs.RO"] : [] };

        var match = Assert.Single(Match(Interest.Create(InterestKind.Topic, topic)!, paper));

        Assert.Equal((field, words, score), (match.Reason.Field, match.Reason.Words, match.Score));
    }

    [Fact]
    public void UnknownTopicIsAKeyword() => Assert.Equal(1, Assert.Single(
        Match(Interest.Create(InterestKind.Topic, "harbour cranes")!,
            Paper() with { Title = "A crane; two harbour cranes" })).Score);

    [Theory]
    [InlineData("cs.CL", 0.5)]
    [InlineData("CS.cl", 0.5)]
    [InlineData("stat.ML", 0.3)]
    [InlineData("cs", 0.5)]
    [InlineData("math", null)]
    public void CategoryMatchesAndArchiveMatchesAllItsCategories(string category, double? score) =>
        Assert.Equal(score,
            Match(Interest.Create(InterestKind.Category, category)!, Paper() with { Categories = ["cs.CL", "stat.ML"] })
            .Select(match => (double?)match.Score).SingleOrDefault());

    [Theory]
    [InlineData("Ada Quill", "Ada Quill", true)]
    [InlineData("ada quill", "Ada B. Quill", true)]
    [InlineData("A. Quill", "Ada Quill", true)]
    [InlineData("Ada Quill", "A. Quill", true)]
    [InlineData("Quill, Ada", "Ada Quill", true)]
    [InlineData("Zoë Ångström", "Zoe Angstrom", true)]
    [InlineData("Łukasz Kaiser", "Lukasz Kaiser", true)]
    [InlineData("Anders Sogaard", "Anders Søgaard", true)]
    [InlineData("LeCun, Yann", "Y. LeCun", true)]
    [InlineData("LeCun, Yann", "Yann A. LeCun", true)]
    [InlineData("Yann LeCun", "LeCun, Yann", true)]
    [InlineData("He Kaiming", "Kaiming He", true)]
    [InlineData("王小明", "王小明", true)]
    [InlineData("王小明", "李小明", false)]
    [InlineData("Quill", "Ada Quill", true)]
    [InlineData("Ada Quill", "Alan Quill", false)]
    [InlineData("Ada C. Quill", "Ada B. Quill", false)]
    [InlineData("Ada", "Ada Quill", false)]
    [InlineData("Ada Quill", "Ada Quillson", false)]
    [InlineData("Harbour-AI", "Harbour AI", true)]
    public void AuthorMatchesByAnySpelling(string wanted, string author, bool found)
    {
        var matches = Match(
            Interest.Create(InterestKind.Author, wanted)!, Paper() with { Authors = ["Bo Reed", author] });

        Assert.Equal(found ? [author] : [], matches.Select(match => match.Reason.Words));
    }

    [Theory]
    [InlineData("Harbour Lab", "The Harbour Lab at Exampleton", true)]
    [InlineData("MIT", "Massachusetts Institute of Technology", true)]
    [InlineData("Harbour Lab", "Harbour", false)]
    public void OrganizationMatchesByAlias(string wanted, string organization, bool found) => Assert.Equal(
        found, Match(Interest.Create(InterestKind.Organization, wanted)!,
            Paper() with { Organization = organization }).Count == 1);

    [Fact]
    public void KeywordDoesNotMatchAuthorsOrOrganizations() => Assert.Empty(Match(
        Interest.Create(InterestKind.Keyword, "quill")!,
        Paper() with { Authors = ["Ada Quill"], Organization = "Quill Works" }));

    [Fact]
    public void WeightsAreSummedAndTheStrongestPositiveOneIsTheReason()
    {
        var paper = Paper() with { Title = "Speech with small models", Abstract = "Robots listen." };

        var match = Assert.Single(Match(
            [Keyword("robot", 0.5), Keyword("speech", 1), Keyword("small models", -0.25)], paper));

        Assert.Equal(1.05, match.Score);
        Assert.Equal("speech", match.Reason.Interest.Value);
        Assert.True(match.Reason.IsByName);
    }

    [Fact]
    public void MuteIsReportedAsTheReason()
    {
        var match = Assert.Single(Match([Keyword("speech", 1), Keyword("robots", -1)],
            Paper() with { Title = "Speech for robots" }));

        Assert.True(match.IsMuted);
        Assert.Equal("robots", match.Reason.Interest.Value);
    }

    [Fact]
    public void WeakMatchDoesNotMute()
    {
        var match = Assert.Single(Match([Interest.Create(InterestKind.Topic, "speech", Interest.Muted)!],
            Paper() with { Abstract = "Unlike a vocoder, it draws maps." }));

        Assert.Equal((false, -0.4), (match.IsMuted, match.Score));
    }

    [Fact]
    public void OnlyMatchingPapersAreReturnedInOrder()
    {
        var index = new PaperIndex(
            [Paper(), Paper() with { Title = "Speech" }, Paper(), Paper() with { Title = "Speeches" }]);

        Assert.Equal([1, 3], index.Match([Keyword("speech", 1)]).Select(match => match.Paper));
        Assert.Empty(index.Match([]));
    }

    private static FrozenPaper Paper() => new()
    {
        Title = "Untitled",
        Abstract = "",
        Summary = "",
        SummaryByAi = false,
        Authors = [],
        Keywords = [],
        Upvotes = 0,
        Comments = 0,
    };

    private static Interest Keyword(string value, double weight) =>
        Interest.Create(InterestKind.Keyword, value, weight)!;

    private static IReadOnlyList<PaperMatch> Match(Interest interest, FrozenPaper paper) => Match([interest], paper);

    private static IReadOnlyList<PaperMatch> Match(IReadOnlyList<Interest> interests, FrozenPaper paper) =>
        new PaperIndex([paper]).Match(interests);
}
