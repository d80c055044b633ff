using System.Net;
using TrendingMail.SystemTests.Messages;

namespace TrendingMail.SystemTests.Delivery;

/// <summary>The whole lifecycle of a subscriber through mail and HTTP alone, with a real Postfix in between.</summary>
public sealed class PostfixTests
{
    private const string Subscriber = "subscriber@example.org";

    private const string OtherSubscriber = "neighbour@example.org";

    private const string Publisher = "example.com";

    /// <summary>Due subscribers are planned every full minute.</summary>
    private static readonly TimeSpan NextMinute = TimeSpan.FromMinutes(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASubscriberSubscribesConfirmsReceivesAndUnsubscribes()
    {
        await using var postfix = await PostfixServer.CreateAsync();
        await using var app = new TestApp();
        postfix.ConfigureSmtp(app);
        app.Settings["Mail__From"] = $"digest@{Publisher}";
        app.Settings["Mail__BounceAddress"] = $"bounces@{Publisher}";
        var key = ConfigureDkim(app);
        await using var program = await app.ServeAsync();
        var day = await app.WaitForFirstEditionAsync();

        await app.SubscribeAsync(Subscriber);
        var confirmation = await postfix.WaitForMessageAsync(Subscriber, "confirmation-");
        await WellFormed.AssertAsync(confirmation);
        Assert.Empty(confirmation.Header("List-Unsubscribe"));

        var link = confirmation.Link("/confirm");
        await AssertOkAsync(app.Http.GetAsync(link, Stop));
        Assert.Equal("pending", await StateAsync(app, Subscriber));
        await AssertOkAsync(app.Http.PostAsync(link, null, Stop));
        Assert.Equal("active", await StateAsync(app, Subscriber));

        var welcome = await postfix.WaitForMessageAsync(Subscriber, "welcome-");
        await WellFormed.AssertAsync(welcome);
        var digest = await postfix.WaitForMessageAsync(Subscriber, "daily-", NextMinute);
        await WellFormed.AssertAsync(digest);
        AssertHeaders(digest, day, app);
        AssertReturnPath(digest);
        Assert.All(postfix.ReceivedMessages(),
            mail => Assert.True(key.Verifies(mail.Message), "the DKIM signature is invalid"));

        (await app.RunAsync("subscribers", "add", OtherSubscriber, "--confirmed")).EnsureSuccess();
        await UnsubscribeWithOneClickAsync(digest, app);
        await postfix.WaitForMessageAsync(Subscriber, "goodbye-");
        var next = await PublishNextDayAsync(app, day);
        await postfix.WaitForMessageAsync(OtherSubscriber, $"daily-{next:yyyy-MM-dd}");
        var status = (await app.JsonAsync("digest", "status", "--date", $"{next:yyyy-MM-dd}")).EnumerateArray()
            .Single();
        Assert.Equal(1, status.GetProperty("counts").EnumerateObject().Sum(count => count.Value.GetInt32()));

        Assert.Equal(
            ["confirmation", "welcome", "daily", "goodbye"],
            postfix.ReceivedMessages().Where(mail => mail.DeliveredTo == Subscriber)
                .Select(mail => mail.MessageId.Split('-')[0]));
        Assert.Distinct(postfix.ReceivedMessages().Select(mail => mail.MessageId));

        await program.SignalAsync("TERM");
        Assert.Equal(0, (await program.WaitForExitAsync()).ExitCode);
    }

    private static SigningKey ConfigureDkim(TestApp app)
    {
        var file = Path.Combine(app.Folder, "dkim.pem");
        app.Settings["Mail__Dkim__0__Domain"] = Publisher;
        app.Settings["Mail__Dkim__0__Selector"] = "test";
        app.Settings["Mail__Dkim__0__KeyFile"] = file;
        return new SigningKey(file);
    }

    private static void AssertHeaders(ReceivedMessage digest, DateOnly day, TestApp app)
    {
        Assert.Matches($@"^daily-{day:yyyy-MM-dd}\.\d+@{Publisher}$", digest.MessageId);
        Assert.Equal($"\"TrendingMail\" <digest.{Publisher}>", digest.Header("List-Id"));
        Assert.Matches($"^<{app.Url}unsubscribe/[^>]+>, *<mailto:[^>]+>$", digest.Header("List-Unsubscribe"));
        Assert.Equal("List-Unsubscribe=One-Click", digest.Header("List-Unsubscribe-Post"));
        Assert.Equal($"<{app.Url}papers/{day:yyyy-MM-dd}>", digest.Header("List-Archive"));
        Assert.StartsWith("<mailto:", digest.Header("List-Help"), StringComparison.Ordinal);
        Assert.Equal("auto-generated", digest.Header("Auto-Submitted"));
        Assert.EndsWith($":{Publisher}:trendingmail", digest.Header("Feedback-ID"), StringComparison.Ordinal);
        Assert.Equal(Subscriber, digest.Message.To.Mailboxes.Single().Address);
        Assert.Equal($"digest@{Publisher}", digest.Message.From.Mailboxes.Single().Address);
        Assert.InRange(digest.Message.Date, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
    }

    /// <summary>The return path is bounces+DELIVERY-KEY-MAC, with the same delivery ID as the Message-ID.</summary>
    private static void AssertReturnPath(ReceivedMessage digest)
    {
        var delivery = digest.MessageId.Split('.', '@')[1];
        Assert.Matches($"^bounces\\+{delivery}-k\\d+-[0-9a-f]{{12}}@{Publisher}$", digest.ReturnPath);
    }

    /// <summary>RFC 8058 section 3.1: a POST of this field, answered without a redirect or a cookie.</summary>
    private static async Task UnsubscribeWithOneClickAsync(ReceivedMessage digest, TestApp app)
    {
        var url = new Uri(digest.Header("List-Unsubscribe").Split('>')[0].TrimStart('<'));
        await AssertOkAsync(app.Http.GetAsync(url, Stop));
        Assert.Equal("active", await StateAsync(app, Subscriber));

        using var form = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        using var response = await app.Http.PostAsync(url, form, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Equal("unsubscribed", await StateAsync(app, Subscriber));
    }

    private static async Task<DateOnly> PublishNextDayAsync(TestApp app, DateOnly day)
    {
        var next = day.AddDays(1);
        (await app.RunAsync("papers", "import", TestApp.PapersFile("day-two.json"), "--date",
            $"{next:yyyy-MM-dd}")).EnsureSuccess();
        (await app.RunAsync("digest", "send", "--date", $"{next:yyyy-MM-dd}")).EnsureSuccess();
        return next;
    }

    private static async Task<string?> StateAsync(TestApp app, string address) =>
        (await app.JsonAsync("subscribers", "show", address)).GetProperty("subscriber")
            .GetProperty("state").GetString();

    private static async Task AssertOkAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
