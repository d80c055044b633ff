using System.Net;
using Microsoft.Net.Http.Headers;
using TrendingMail.Links;
using TrendingMail.Subscribers;
using TrendingMail.Templates;
using TrendingMail.Tests.Papers;
using TrendingMail.Worker.Web;

namespace TrendingMail.Tests.Web;

/// <summary>The language of pages and mails, from the form to the last page that a mail links to.</summary>
public sealed class PageLanguageTests : WebTests
{
    private static readonly Preferences German = new() { Language = "de" };

    [Theory]
    [InlineData("de-DE,de;q=0.9,en;q=0.8", "de")]
    [InlineData("de-AT", "de")]
    [InlineData("DE", "de")]
    [InlineData("fr, de;q=0.5, en;q=0.7", "en")]
    [InlineData("fr;q=0.9, de;q=0.2", "de")]
    [InlineData("de;q=0, fr", "en")]
    [InlineData("en-GB, de;q=0.9", "en")]
    [InlineData("tlh", "en")]
    [InlineData("*", "en")]
    [InlineData("", "en")]
    public void TheBestAvailableLanguageIsChosen(string header, string tag)
    {
        IList<StringWithQualityHeaderValue> accepted = header.Length == 0
            ? [] : StringWithQualityHeaderValue.ParseList([header]);

        Assert.Equal(tag, PageLanguage.Choose(accepted, new TemplateLibrary(Repository.Templates).Languages));
    }

    [Fact]
    public async Task AGermanBrowserGetsAGermanFormConfirmationAndWelcome()
    {
        UseGermanBrowser();
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));

        var form = await PageAsync("/");
        Assert.Contains("<html lang=\"de\" dir=\"ltr\">", form, StringComparison.Ordinal);
        Assert.Contains(">Abonnieren</button>", form, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var answer = await PostAsync("/subscribe", HttpStatusCode.Accepted,
            [.. GetHiddenFields(form), ("email", "ada@example.org")]);
        Assert.Contains("Bestätigungslink an <strong class=\"address\">ada@example.org</strong> gesendet.", answer,
            StringComparison.Ordinal);
        var confirmation = Assert.Single(await DeliverAsync());
        Assert.StartsWith("Bestätigen Sie Ihr Abonnement", confirmation.Subject, StringComparison.Ordinal);
        Assert.Contains("Der Link gilt 48 Stunden.", confirmation.HtmlBody, StringComparison.Ordinal);

        // Whoever opens the mail elsewhere stays in the language of the mail.
        Client.DefaultRequestHeaders.AcceptLanguage.Clear();
        var subscriber = (await FindSubscriberAsync("ada@example.org"))!;
        Assert.Equal("de", subscriber.Preferences.Language);
        Assert.Contains("Abonnement bestätigen", await PageAsync(Link(subscriber, LinkPurpose.Confirm)),
            StringComparison.Ordinal);
        Assert.Contains("Ihr Abonnement ist bestätigt",
            await PostAsync(Link(subscriber, LinkPurpose.Confirm), HttpStatusCode.OK), StringComparison.Ordinal);
        Assert.Contains(await DeliverAsync(),
            mail => mail.Subject!.StartsWith("Willkommen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EveryPageThatAMailLinksToHasTheSubscribersLanguage()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var subscriber = await AddSubscriberAsync("ada@example.org", German);

        foreach (var purpose in (LinkPurpose[])
            [LinkPurpose.Confirm, LinkPurpose.Preferences, LinkPurpose.Unsubscribe, LinkPurpose.ReportNotMe,
                LinkPurpose.UndoUnsubscribe])
        {
            var page = await PageAsync(Link(subscriber, purpose));
            Assert.Contains("<html lang=\"de\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain(" you", page, StringComparison.OrdinalIgnoreCase);
        }

        var feedback = await PageAsync(Link(subscriber, 1, FeedbackKind.More));
        Assert.Contains("<html lang=\"de\"", feedback, StringComparison.Ordinal);
        Assert.Contains("Sie haben das Abonnement beendet",
            await PostAsync(Link(subscriber, LinkPurpose.Unsubscribe), HttpStatusCode.OK), StringComparison.Ordinal);
        Assert.Contains("Die Anmeldung ist gelöscht",
            await PostAsync(Link(subscriber, LinkPurpose.ReportNotMe), HttpStatusCode.OK), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SavingAnotherLanguageAnswersInIt()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");
        var form = PreferencesForm.From(subscriber);

        var page = await PostAsync(Link(subscriber, LinkPurpose.Preferences), HttpStatusCode.OK,
            ("frequency", form.Frequency), ("weekday", form.Weekday), ("time", form.Time),
            ("time_zone", form.TimeZone), ("papers", form.Papers), ("format", form.Format), ("language", "de"));

        Assert.Contains("Gespeichert.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FormErrorsAreInTheLanguageOfThePage()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org", German);

        var page = await PostAsync(Link(subscriber, LinkPurpose.Preferences), HttpStatusCode.BadRequest,
            ("time", "never"), ("papers", "99"));

        foreach (var error in PreferencesParser.Parse(PreferencesForm.Read(_ => ""), Today).Errors)
        {
            Assert.NotEqual(error.Message,
                new TemplateLibrary(Repository.Templates).FindLanguage("de").Sentence(error.Message));
        }

        Assert.Contains("Bitte geben Sie eine Zahl von 1 bis 50 ein.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADamagedLinkIsExplainedInTheLanguageOfTheBrowser()
    {
        UseGermanBrowser();

        Assert.Contains("Dieser Link ist unvollständig oder verändert.",
            await PageAsync("/confirm/broken", HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CachesKeepTheLanguagesApart()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        Assert.Contains("<html lang=\"en\"", await PageAsync("/"), StringComparison.Ordinal);
        UseGermanBrowser();

        using var response = await Client.GetAsync("/", Stop);

        Assert.Contains("<html lang=\"de\"", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Contains("Accept-Language", response.Headers.Vary);
        Assert.Equal(["de"], response.Content.Headers.ContentLanguage);
    }

    private void UseGermanBrowser() => Client.DefaultRequestHeaders.Add("Accept-Language", "de-DE,de;q=0.9,en;q=0.5");
}
