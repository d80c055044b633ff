using System.Globalization;
using System.Text.RegularExpressions;
using MimeKit;
using TrendingMail.SystemTests.Browsing;

namespace TrendingMail.SystemTests.Mail;

/// <summary>What others' tools say of the mails as they leave: a spam filter, the W3C's HTML checker, what mail programs know.</summary>
public sealed partial class MailQualityTests : IAsyncLifetime
{
    private const double HighestSpamScore = 1.0;

    private readonly ProgramHome home = new("sample.json");

    private string[] mails = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A digest and a welcome in each language, as an operator with a domain sends them.</summary>
    public async ValueTask InitializeAsync()
    {
        home.Settings["Site__PublicUrl"] = "https://papers.example.com";
        home.Settings["Site__Contact"] = "help@example.com";
        home.Settings["Mail__From"] = "digest@example.com";
        var day = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (await home.RunAsync("papers", "fetch", "--date", day)).Well();
        (await home.RunAsync("edition", "publish", "--date", day)).Well();
        (await home.RunAsync("subscribers", "add", "ada@example.org", "--confirmed")).Well();
        (await home.RunAsync("digest", "send", "--date", day)).Well();
        mails = Directory.GetFiles(home.Outbox, "*.eml");
        Assert.Contains(mails, mail => Path.GetFileName(mail).StartsWith("daily-", StringComparison.Ordinal));
        Assert.Contains(mails, mail => Path.GetFileName(mail).StartsWith("welcome-", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync() => await home.DisposeAsync();

    [Fact]
    public async Task SpamAssassinFindsNextToNothing()
    {
        var filter = Need.Program("spamassassin", "spamassassin");
        foreach (var mail in mails)
        {
            // -L: none of its tests asks the network.
            var judged = (await Child.RunAsync(filter, "-L", "-t", mail)).Well().Output;
            var score = double.Parse(Score().Match(judged).Groups["score"].Value, CultureInfo.InvariantCulture);

            Assert.True(score < HighestSpamScore, $"{Path.GetFileName(mail)} scores {score}:\n{judged}");
        }
    }

    [Fact]
    public async Task NoMailHasAnErrorInItsMarkup()
    {
        var folder = Directory.CreateDirectory(Path.Combine(home.Folder, "html"));
        foreach (var mail in mails)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, Path.ChangeExtension(Path.GetFileName(mail), "html")), await HtmlAsync(mail), Stop);
        }

        Assert.Empty(await NuChecker.ErrorsAsync(folder.FullName));
    }

    [Fact]
    public async Task WhatSomeMailProgramDoesNotKnowIsExplained()
    {
        var explained = Explained().Matches(await File.ReadAllTextAsync(Repository.File("docs", "mail.md"), Stop))
            .Select(match => match.Groups["feature"].Value).ToHashSet();
        foreach (var mail in mails)
        {
            var html = Path.Combine(home.Folder, "lint.html");
            await File.WriteAllTextAsync(html, await HtmlAsync(mail), Stop);

            Assert.Empty((await CanIEmail.FindingsAsync(html)).Except(explained));
        }
    }

    private static async Task<string> HtmlAsync(string mail)
    {
        using var message = await MimeMessage.LoadAsync(mail, Stop);
        return message.HtmlBody!;
    }

    [GeneratedRegex(@"\bscore=(?<score>-?\d+\.\d+)")]
    private static partial Regex Score();

    /// <summary>The first column of the table of findings.</summary>
    [GeneratedRegex(@"^\| `(?<feature>[^`]+)` \| ", RegexOptions.Multiline)]
    private static partial Regex Explained();
}
