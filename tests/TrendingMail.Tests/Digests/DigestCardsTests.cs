using TrendingMail.Digests;
using TrendingMail.Digests.Matching;
using TrendingMail.Editions;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Variants;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Delivery;

namespace TrendingMail.Tests.Digests;

public sealed class DigestCardsTests
{
    private static readonly FrozenPaper Paper = new()
    {
        Title = "Lanterns", Abstract = "Lamps.", Summary = "Lamps.", SummaryByAi = false, Authors = ["Ada Quill"], Keywords = [],
        Upvotes = 1, Comments = 0,
    };

    private readonly DigestCards cards = new(new DigestRenderer(
        new MailRenderer(MailRoom.Templates, Site), Site));

    private static SiteOptions Site => new() { PublicUrl = new Uri("https://papers.example.org") };

    [Fact]
    public void APaperIsRenderedOnceWhateverBroughtItToAReader()
    {
        var lamps = new Interest { Kind = InterestKind.Keyword, Value = "lamps", Key = "lamps", Weight = Interest.Followed };
        var trending = new ChosenPaper(1, Paper, null);
        var followed = trending with { Why = new MatchReason(lamps, MatchField.Title, "lanterns") };

        Assert.Same(Find(trending), Find(followed));
    }

    [Fact]
    public void WhatMakesAPaperLookOtherwiseMakesAnotherCard()
    {
        var chosen = new ChosenPaper(1, Paper, null);
        var others = new[]
        {
            Find(chosen with { Brief = true }), Find(chosen with { PaperId = 2 }), Find(chosen with { Paper = Paper with { Upvotes = 2 } }),
            Find(chosen, isFirst: true), Find(chosen, language: "de"), Find(chosen, isHtml: false), Find(chosen, templates: 2),
        };

        Assert.DoesNotContain(Find(chosen), others);
        Assert.True(others[0].Size < Find(chosen).Size);
    }

    private Card Find(
        ChosenPaper chosen, bool isFirst = false, string language = "en", bool isHtml = true, int templates = 1) =>
        cards.Find(chosen, isFirst, language, isHtml, templates);
}
