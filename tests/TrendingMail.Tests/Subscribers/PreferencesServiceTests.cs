using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers;

public abstract class PreferencesServiceTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly PreferencesForm ThirtyPapersAndAPause = PreferencesForm.From(
        new Preferences { Papers = 30 }) with
    {
        PausedUntil = "2026-12-07",
    };

    [Fact]
    public async Task PreferencesPauseAndInterestsAreSavedTogether()
    {
        var ada = await AddSubscriberAsync("ada@example.org");

        var saved = await SaveAsync(Database, ada, ThirtyPapersAndAPause, Follow("lamps"));

        var subscriber = Assert.IsType<PreferencesResult.Saved>(saved).Subscriber;
        Assert.Equal((30, new DateOnly(2026, 12, 7)), (subscriber.Preferences.Papers, subscriber.PausedUntil));
        Assert.Equal(["lamps"], await InterestsAsync(ada));
        Assert.Equal(Interest.ComputeProfile(await Interests.ListAsync(ada.Id, Stop)), subscriber.Profile);
    }

    [Fact]
    public async Task ConcurrentSavesKeepEachOthersInterests()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        var words = Enumerable.Range(0, 20).Select(i => $"word {i:00}").ToArray();

        // All forms were shown before any was saved, as in several browser windows and on several nodes.
        await Task.WhenAll(words.Select((word, i) => Task.Run(
            () => SaveAsync(i % 2 == 0 ? Database : OtherNode, ada, PreferencesForm.From(ada), Follow(word)), Stop)));

        Assert.Equal(words, await InterestsAsync(ada));
    }

    [Fact]
    public async Task AnInterestLearnedWhileTheFormWasOpenIsKept()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await SaveAsync(Database, ada, PreferencesForm.From(ada), Follow("lamps"));
        var drop = InterestsForm.Empty with
        {
            Edits =
            [new InterestEdit(InterestKind.Keyword, "lamps", InterestChoice.Drop)]
        };
        await SaveAsync(Database, ada, PreferencesForm.From(ada), Follow("ships"));

        await SaveAsync(Database, ada, PreferencesForm.From(ada), drop);

        Assert.Equal(["ships"], await InterestsAsync(ada));
    }

    [Fact]
    public async Task AFailureSavesNothing()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await SaveAsync(Database, ada, PreferencesForm.From(ada), Follow("lamps"));

        // Makes the last step fail: the second interest of the same weight.
        await Database.WriteAsync(
            session => session.ExecuteAsync("CREATE UNIQUE INDEX one_per_weight ON interests (subscriber_id, weight)"),
            Stop);
        var before = await SnapshotAsync();

        await Assert.ThrowsAnyAsync<Exception>(
            () => SaveAsync(Database, ada, ThirtyPapersAndAPause, Follow("ships")));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task AnInvalidInterestSavesNothing()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        var before = await SnapshotAsync();

        var result = await SaveAsync(Database, ada, ThirtyPapersAndAPause with { Papers = "99" }, Follow("!?"));

        Assert.Equal(["papers", "new_value"],
            Assert.IsType<PreferencesResult.Invalid>(result).Errors.Select(error => error.Field));
        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task AFormWithoutALanguageKeepsTheLanguage()
    {
        var ada = await AddSubscriberAsync("ada@example.org", new Preferences { Language = "de" });

        var saved = await SaveAsync(
            Database, ada, PreferencesForm.From(ada) with { Language = "" }, InterestsForm.Empty);

        Assert.Equal("de", Assert.IsType<PreferencesResult.Saved>(saved).Subscriber.Preferences.Language);
    }

    [Fact]
    public async Task SavingNeitherSubscribesNorRestoresAnyone()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await SignUp.UnsubscribeAsync(ada.Id, Web, Stop);
        var before = await SnapshotAsync();

        Assert.IsType<PreferencesResult.NotSubscribed>(
            await SaveAsync(Database, ada, ThirtyPapersAndAPause, Follow("lamps")));
        Assert.IsType<PreferencesResult.Unknown>(
            await SaveAsync(Database, ada with { Id = 4711 }, ThirtyPapersAndAPause, Follow("lamps")));

        Assert.Equal(before, await SnapshotAsync());
    }

    private static InterestsForm Follow(string word) => InterestsForm.Empty with { Value = word };

    private Task<PreferencesResult> SaveAsync(
        Database node, Subscriber subscriber, PreferencesForm form, InterestsForm interests) =>
        new PreferencesService(node, new SubscriberStore(node, Clock), Clock).SaveAsync(
            subscriber.Id, form, interests, Stop);

    private async Task<IEnumerable<string>> InterestsAsync(Subscriber subscriber) =>
        (await Interests.ListAsync(subscriber.Id, Stop)).Select(interest => interest.Value);
}

public sealed class PreferencesServiceOnSqlite() : PreferencesServiceTests(new SqliteFixture());

public sealed class PreferencesServiceOnPostgreSql() : PreferencesServiceTests(new PostgreSqlFixture());
