using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

public abstract class SignUpRequestsTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly EmailAddress Ada = Address("ada@example.org");

    private SignUpRequests Requests => new(Database, SignUp, Clock);

    [Fact]
    public async Task AWishIsOneRowUntilItIsAnswered()
    {
        await Requests.AskAsync(Ada, new Preferences { TimeZone = "Asia/Tokyo", Frequency = Frequency.Weekly }, Web, Stop);

        Assert.Equal(1, await CountAsync("sign_up_requests"));
        Assert.Equal(0, await CountAsync("subscribers"));
        Assert.Equal(1, await Requests.AnswerAsync(Stop));
        Assert.Equal(0, await CountAsync("sign_up_requests"));
        var reader = (await Subscribers.FindAsync(Ada, Stop))!;
        Assert.Equal((SubscriberState.Pending, "Asia/Tokyo", Frequency.Weekly),
            (reader.State, reader.Preferences.TimeZone, reader.Preferences.Frequency));
        var asked = Assert.Single(await Subscribers.ConsentHistoryAsync(reader.Id, Stop));
        Assert.Equal(("web", "203.0.113.0/24"), (asked.Origin, asked.Network));
    }

    [Fact]
    public async Task WishesAreAnsweredOnceWhoeverAnswers()
    {
        for (var i = 0; i < 5; i++)
        {
            await Requests.AskAsync(Address($"reader{i}@example.org"), new Preferences(), Web, Stop);
        }

        var answered = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Requests.AnswerAsync(Stop))));

        Assert.Equal(5, answered.Sum());
        Assert.Equal(5, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task TheOneWhoAskedIsToldNothingAndTheListStaysAsItIs()
    {
        await AddReaderAsync(Ada.Value);
        var before = await Subscribers.FindAsync(Ada, Stop);

        await Requests.AskAsync(Ada, new Preferences { Papers = 1 }, Web, Stop);
        await Requests.AnswerAsync(Stop);

        Assert.Equal(before, await Subscribers.FindAsync(Ada, Stop));
    }
}

public sealed class SignUpRequestsOnSqlite() : SignUpRequestsTests(new SqliteFixture());

public sealed class SignUpRequestsOnPostgreSql() : SignUpRequestsTests(new PostgreSqlFixture());
