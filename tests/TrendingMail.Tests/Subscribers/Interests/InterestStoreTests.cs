using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Interests;

public abstract class InterestStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task InterestsAreSavedWithTheProfile()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        Interest[] interests =
        [
            Interest.Create(InterestKind.Author, "José Álvarez")!,
            Interest.Create(InterestKind.Category, "cs.CL")!,
            Interest.Create(InterestKind.Organization, "Example Lab", 0.5)!,
            Interest.Create(InterestKind.Topic, "Robotics", Interest.Muted)!,
        ];

        Assert.True(await ReplaceAsync(ada, interests));

        Assert.Equal(interests, await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal(Interest.ComputeProfile(interests), await ProfileAsync(ada));
    }

    [Fact]
    public async Task OfTwoSpellingsTheLastWins()
    {
        var ada = await AddSubscriberAsync("ada@example.org");

        await ReplaceAsync(ada, [Keyword("Speech"), Keyword("speech", -1)]);

        Assert.Equal([Keyword("speech", -1)], await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task ReplacingInterestsRemovesOldOnesAndUpdatesTheProfile()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await ReplaceAsync(ada, [Keyword("speech"), Keyword("vision", -0.5)]);

        await ReplaceAsync(ada, [Keyword("vision", Interest.Muted)]);
        Assert.Equal([Keyword("vision", -1)], await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal(Interest.ComputeProfile([Keyword("vision", -1)]), await ProfileAsync(ada));

        await ReplaceAsync(ada, [Keyword("vision", 0)]);
        Assert.Empty(await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal("", await ProfileAsync(ada));
    }

    [Fact]
    public async Task TheNumberOfInterestsIsLimited()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        var most = Enumerable.Range(0, InterestStore.MaximumPerSubscriber).Select(i => Keyword($"word {i}")).ToArray();

        Assert.True(await ReplaceAsync(ada, most));
        Assert.False(await ReplaceAsync(ada, [.. most, Keyword("one more")]));
        Assert.Equal(most.Length, (await Interests.ListAsync(ada.Id, Stop)).Count);
    }

    [Fact]
    public async Task SavingPreferencesDoesNotChangeInterests()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await ReplaceAsync(ada, [Keyword("speech")]);

        await Subscribers.SavePreferencesAsync(ada.Id, new Preferences { Language = "de-AT" }, null, Stop);

        Assert.Equal(Interest.ComputeProfile([Keyword("speech")]), await ProfileAsync(ada));
        Assert.Equal("de-AT", (await Subscribers.FindAsync(ada.Id, Stop))!.Preferences.Language);
    }

    private static Interest Keyword(string value, double weight = Interest.Followed) =>
        Interest.Create(InterestKind.Keyword, value, weight)!;

    private Task<bool> ReplaceAsync(Subscriber subscriber, IEnumerable<Interest> interests) =>
        Database.WriteAsync(session => InterestStore.ReplaceAsync(session, subscriber.Id, interests), Stop);

    private async Task<string> ProfileAsync(Subscriber subscriber) =>
        (await Subscribers.FindAsync(subscriber.Id, Stop))!.Profile;
}

public sealed class InterestStoreOnSqlite() : InterestStoreTests(new SqliteFixture());

public sealed class InterestStoreOnPostgreSql() : InterestStoreTests(new PostgreSqlFixture());
