using System.Net;

namespace TrendingMail.SystemTests.Mail;

/// <summary>A reader's whole life by mail and HTTP alone, with a real mail server between the program and the reader.</summary>
public sealed class PostfixTests
{
    private const string Reader = "reader@example.org";

    private const string Neighbour = "neighbour@example.org";

    private const string Publisher = "example.com";

    /// <summary>The schedule looks each full minute who is due.</summary>
    private static readonly TimeSpan NextMinute = TimeSpan.FromMinutes(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AReaderSubscribesConfirmsReadsAndLeaves()
    {
        await using var postfix = await PostfixServer.CreateAsync();
        await using var home = new ProgramHome();
        postfix.Serve(home);
        home.Settings["Mail__From"] = $"digest@{Publisher}";
        home.Settings["Mail__BounceAddress"] = $"bounces@{Publisher}";
        var key = Sign(home);
        await using var program = await home.ServeAsync();
        var day = await home.FirstEditionAsync();

        await home.SubscribeAsync(Reader);
        var confirmation = await postfix.ArrivalAsync(Reader, "confirmation-");
        await WellFormed.AssertAsync(confirmation);
        Assert.Empty(confirmation.Header("List-Unsubscribe"));

        var link = confirmation.Link("/confirm");
        await AssertOkAsync(home.Http.GetAsync(link, Stop));
        Assert.Equal("pending", await StateAsync(home, Reader));
        await AssertOkAsync(home.Http.PostAsync(link, null, Stop));
        Assert.Equal("active", await StateAsync(home, Reader));

        var welcome = await postfix.ArrivalAsync(Reader, "welcome-");
        await WellFormed.AssertAsync(welcome);
        var digest = await postfix.ArrivalAsync(Reader, "daily-", NextMinute);
        await WellFormed.AssertAsync(digest);
        AssertHeaders(digest, day, home);
        AssertReturnPath(digest);
        Assert.All(postfix.Arrivals(), mail => Assert.True(key.Verifies(mail.Message), "the DKIM signature does not hold"));

        (await home.RunAsync("subscribers", "add", Neighbour, "--confirmed")).Well();
        await UnsubscribeWithOneClickAsync(digest, home);
        await postfix.ArrivalAsync(Reader, "goodbye-");
        var next = await PublishNextDayAsync(home, day);
        await postfix.ArrivalAsync(Neighbour, $"daily-{next:yyyy-MM-dd}");
        var status = (await home.JsonAsync("digest", "status", "--date", $"{next:yyyy-MM-dd}")).EnumerateArray().Single();
        Assert.Equal(1, status.GetProperty("counts").EnumerateObject().Sum(count => count.Value.GetInt32()));

        Assert.Equal(
            ["confirmation", "welcome", "daily", "goodbye"],
            postfix.Arrivals().Where(mail => mail.DeliveredTo == Reader).Select(mail => mail.MessageId.Split('-')[0]));
        Assert.Distinct(postfix.Arrivals().Select(mail => mail.MessageId));

        await program.SignalAsync("TERM");
        Assert.Equal(0, (await program.EndAsync()).ExitCode);
    }

    private static SigningKey Sign(ProgramHome home)
    {
        var file = Path.Combine(home.Folder, "dkim.pem");
        home.Settings["Mail__Dkim__0__Domain"] = Publisher;
        home.Settings["Mail__Dkim__0__Selector"] = "test";
        home.Settings["Mail__Dkim__0__KeyFile"] = file;
        return new SigningKey(file);
    }

    private static void AssertHeaders(Arrival digest, DateOnly day, ProgramHome home)
    {
        Assert.Matches($@"^daily-{day:yyyy-MM-dd}\.\d+@{Publisher}$", digest.MessageId);
        Assert.Equal($"\"TrendingMail\" <digest.{Publisher}>", digest.Header("List-Id"));
        Assert.Matches($"^<{home.Url}unsubscribe/[^>]+>, *<mailto:[^>]+>$", digest.Header("List-Unsubscribe"));
        Assert.Equal("List-Unsubscribe=One-Click", digest.Header("List-Unsubscribe-Post"));
        Assert.Equal($"<{home.Url}papers/{day:yyyy-MM-dd}>", digest.Header("List-Archive"));
        Assert.StartsWith("<mailto:", digest.Header("List-Help"), StringComparison.Ordinal);
        Assert.Equal("auto-generated", digest.Header("Auto-Submitted"));
        Assert.EndsWith($":trendingmail:{Publisher}", digest.Header("Feedback-ID"), StringComparison.Ordinal);
        Assert.Equal(Reader, digest.Message.To.Mailboxes.Single().Address);
        Assert.Equal($"digest@{Publisher}", digest.Message.From.Mailboxes.Single().Address);
        Assert.InRange(digest.Message.Date, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
    }

    /// <summary>A return path of its own: bounces+DELIVERY-KEY-MAC, with the delivery that the Message-ID names.</summary>
    private static void AssertReturnPath(Arrival digest)
    {
        var delivery = digest.MessageId.Split('.', '@')[1];
        Assert.Matches($"^bounces\\+{delivery}-k\\d+-[0-9a-f]{{12}}@{Publisher}$", digest.ReturnPath);
    }

    /// <summary>RFC 8058 section 3.1: a POST of this one field, and neither a redirect nor a cookie in the answer.</summary>
    private static async Task UnsubscribeWithOneClickAsync(Arrival digest, ProgramHome home)
    {
        var url = new Uri(digest.Header("List-Unsubscribe").Split('>')[0].TrimStart('<'));
        await AssertOkAsync(home.Http.GetAsync(url, Stop));
        Assert.Equal("active", await StateAsync(home, Reader));

        using var form = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        using var answer = await home.Http.PostAsync(url, form, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal("unsubscribed", await StateAsync(home, Reader));
    }

    private static async Task<DateOnly> PublishNextDayAsync(ProgramHome home, DateOnly day)
    {
        var next = day.AddDays(1);
        (await home.RunAsync("papers", "import", ProgramHome.PapersFile("day-two.json"), "--date", $"{next:yyyy-MM-dd}")).Well();
        (await home.RunAsync("digest", "send", "--date", $"{next:yyyy-MM-dd}")).Well();
        return next;
    }

    private static async Task<string?> StateAsync(ProgramHome home, string address) =>
        (await home.JsonAsync("subscribers", "show", address)).GetProperty("subscriber").GetProperty("state").GetString();

    private static async Task AssertOkAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
