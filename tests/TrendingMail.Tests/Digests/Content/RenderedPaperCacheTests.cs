using TrendingMail.Digests;
using TrendingMail.Digests.Content;
using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Messages;
using TrendingMail.Messages.Bulk;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Templates;
using TrendingMail.Tests.Delivery;

namespace TrendingMail.Tests.Digests.Content;

public sealed class RenderedPaperCacheTests
{
    private static readonly FrozenPaper Paper = new()
    {
        Title = "Lanterns", Abstract = "Lamps.", Summary = "Lamps.", SummaryByAi = false, Authors = ["Ada Quill"], Keywords = [],
        Upvotes = 1, Comments = 0,
    };

    private readonly RenderedPaperCache cache = new(new DigestRenderer(
        new MailRenderer(MailTestServices.TemplateLibrary, Site), Site));

    private static SiteOptions Site => new() { PublicUrl = new Uri("https://papers.example.org") };

    [Fact]
    public void PaperIsRenderedOnceWhateverTheReason()
    {
        var lamps = new Interest { Kind = InterestKind.Keyword, Value = "lamps", Key = "lamps", Weight = Interest.Followed };
        var trending = new SelectedPaper(1, Paper, null);
        var followed = trending with { Reason = new MatchReason(lamps, MatchField.Title, "lanterns") };

        Assert.Same(Find(trending), Find(followed));
    }

    [Fact]
    public void PaperIsRenderedSeparatelyForEachAppearance()
    {
        var selected = new SelectedPaper(1, Paper, null);
        var others = new[]
        {
            Find(selected with { Brief = true }), Find(selected with { PaperId = 2 }), Find(selected with { Paper = Paper with { Upvotes = 2 } }),
            Find(selected, isFirst: true), Find(selected, language: "de"), Find(selected, isHtml: false), Find(selected, templates: 2),
        };

        Assert.DoesNotContain(Find(selected), others);
        Assert.True(others[0].Size < Find(selected).Size);
    }

    private RenderedPaper Find(
        SelectedPaper selected, bool isFirst = false, string language = "en", bool isHtml = true, int templates = 1) =>
        cache.GetOrRender(selected, isFirst, language, isHtml, templates);
}
