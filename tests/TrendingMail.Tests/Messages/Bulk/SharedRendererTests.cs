using TrendingMail.Digests;
using TrendingMail.Digests.Content;
using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Messages.Bulk;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Templates;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Links;

namespace TrendingMail.Tests.Messages.Bulk;

public sealed class SharedRendererTests
{
    private static readonly FrozenPaper Paper = new()
    {
        Title = "Lanterns", Abstract = "Lamps.", Summary = "Lamps.", SummaryByAi = false,
        Authors = ["Ada Quill"], Keywords = [],
        Upvotes = 1, Comments = 0,
    };

    private static readonly SiteOptions Site = new() { PublicUrl = new Uri("https://papers.example.org") };

    private readonly SharedRenderer renderer = new(new MailRenderer(MailTestServices.TemplateLibrary, Site), Site);

    [Fact]
    public void FragmentIsRenderedOnceWhateverTheReason()
    {
        var lamps = new Interest
        {
            Kind = InterestKind.Keyword, Value = "lamps", Key = "lamps",
            Weight = Interest.Followed
        };
        var trending = new SelectedPaper(1, Paper, null);
        var followed = trending with { Reason = new MatchReason(lamps, MatchField.Title, "lanterns") };

        Assert.Same(Get(trending), Get(followed));
    }

    [Fact]
    public void FragmentIsRenderedSeparatelyForEachAppearance()
    {
        var selected = new SelectedPaper(1, Paper, null);
        var others = new[]
        {
            Get(selected, isBrief: true), Get(selected with { PaperId = 2 }),
            Get(selected with { Paper = Paper with { Upvotes = 2 } }),
            Get(selected, isFirst: true), Get(selected, language: "de"), Get(selected, isHtml: false),
            Get(selected, templates: 2),
        };

        Assert.DoesNotContain(Get(selected), others);
        Assert.True(others[0].Size < Get(selected).Size);
    }

    private RenderedFragment Get(
        SelectedPaper selected, bool isBrief = false, bool isFirst = false, string language = "en", bool isHtml = true,
        int templates = 1)
    {
        var first = new SelectedPaper(99, Paper with { Title = "First" }, null);
        var digest = new Digest(
            new Mailing.Daily(new DateOnly(2026, 11, 23)), 7, default, 2, [],
            isFirst ? [selected] : [first, selected], []);
        var content = new DigestContent(
            digest, new SubscriberLinks(new LinkSigner(TestKeys.Ring(1), TimeProvider.System), Site.BaseUrl), Site);
        return renderer.GetFragment(
            content, digest.Count - 1, isBrief, MailTestServices.Language(language), isHtml, templates);
    }
}
