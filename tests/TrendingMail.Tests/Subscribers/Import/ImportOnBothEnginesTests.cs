using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Import;

/// <summary>The same lists, taken in by both engines one beside the other.</summary>
public sealed class ImportOnBothEnginesTests : IAsyncLifetime
{
    private const int Lines = 1_200;

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private readonly SqliteFixture sqlite = new();
    private readonly PostgreSqlFixture postgreSql = new();
    private readonly FakeTimeProvider clock = new(Now);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ErasedAddresses Erased => new(TestKeys.Ring(1, 2), clock);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task EveryLineDoesTheSame(int seed)
    {
        using var one = new Database(sqlite.Dialect);
        using var other = new Database(postgreSql.Dialect);
        await new Migrator(one, clock).MigrateAsync(Stop);
        var random = new Random(seed);

        // First without suppressions and erasures, and without what was known before; then with all of them.
        foreach (var (isOwn, isConfirmed, isDryRun) in ((bool, bool, bool)[])
            [(false, false, false), (true, true, true), (true, true, false), (true, false, false), (false, true, false)])
        {
            var list = isOwn ? OwnList(random) : PlainList(random);

            var (told, contents) = await ImportAsync(one, list, isConfirmed, isDryRun);
            var (toldByOther, contentsOfOther) = await ImportAsync(other, list, isConfirmed, isDryRun);

            Assert.Equal(told, toldByOther);
            Assert.Equal(contents, contentsOfOther);
            var erased = Key(random.Next(200));
            foreach (var database in (Database[])[one, other])
            {
                await database.WriteAsync(async session =>
                {
                    await session.ExecuteAsync("DELETE FROM subscribers WHERE address_key = @erased", new { erased });
                    await Erased.AddAsync(session, erased, complained: false);
                }, Stop);
            }
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await sqlite.DisposeAsync();
        await postgreSql.DisposeAsync();
    }

    private static string Key(int reader) => $"reader{reader}@example.org";

    /// <summary>So few addresses that many come twice, spelt in two ways.</summary>
    private static string Address(Random random)
    {
        var key = Key(random.Next(random.Next(2) == 0 ? 200 : 5_000));
        return random.Next(3) == 0 ? key.ToUpperInvariant() : key;
    }

    private static string PlainList(Random random) => Of("email,state,topics,papers,consent_at,consent_ip", () =>
        $"{(random.Next(40) == 0 ? "nobody" : Address(random))},{Pick(random, "", "", "active", "pending", "unsubscribed")}," +
        $"{Pick(random, "", "speech", "speech; robots; Speech", "vision;;")},{Pick(random, "3", "9", "")}," +
        $"{Pick(random, "", "2024-02-03")},{Pick(random, "", "203.0.113.77")}");

    private static string OwnList(Random random) => Of(
        "email,state,frequency,weekday,time_zone,paused_until,suppression,suppression_detail,interests,consent", () =>
        $"{Address(random)},{Pick(random, "active", "active", "pending", "unsubscribed", "paused", "")},{Pick(random, "daily", "weekly")}," +
        $"{Pick(random, "monday", "friday")},{Pick(random, "UTC", "Asia/Tokyo")},{Pick(random, "", "2027-01-02")}," +
        $"{Pick(random, "", "", "", "", "complaint", "soft_bounces")},{Pick(random, "", "full, again", new string('a', 499) + "🙂")}," +
        $"{Pick(random, "", Json("""[{"kind":"author","value":"Bo Quill","weight":-0.75},{"kind":"topic","value":"speech"}]"""))}," +
        Pick(random, "",
            Json("""[{"kind":"requested","at":"2025-01-02T03:04:05Z","origin":"web"},{"kind":"confirmed","at":"2025-01-03T00:00:00Z","text":"Yes\u0000"}]"""),
            Json("""[{"kind":"unsubscribed","at":"2025-02-02T00:00:00Z","network":"203.0.113.0/24"}]""")));

    private static string Of(string header, Func<string> line) =>
        string.Concat(Enumerable.Range(0, Lines).Select(_ => $"{line()}\n").Prepend($"{header}\n"));

    private static string Pick(Random random, params string[] from)
    {
        var text = from[random.Next(from.Length)];
        return text.Contains(',') && text[0] != '"' ? $"\"{text}\"" : text;
    }

    private static string Json(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <returns>All that the import told, and the list as it stands after it.</returns>
    private async Task<(string Told, string Contents)> ImportAsync(Database database, string list, bool isConfirmed, bool isDryRun)
    {
        // How many lines are one transaction depends on how fast they are read: what is told in its course is kept apart.
        var (asked, told) = (new StringBuilder(), new StringBuilder());
        var report = await new SubscriberImport(database, Erased, async (session, reader, consent) =>
            asked.AppendLine(await session.SingleAsync<string>("""
                SELECT s.address || ' ' || e.kind
                FROM subscribers s JOIN consent_events e ON e.subscriber_id = s.id WHERE s.id = @reader AND e.id = @consent
                """, new { reader, consent })), clock).RunAsync(
                new ListFile(new MemoryStream(Encoding.UTF8.GetBytes(list)), false, new Dictionary<string, ListField>()),
                new ImportOptions { Defaults = new Preferences(), Name = "list.csv", Confirmed = isConfirmed, DryRun = isDryRun },
                rejection => told.AppendLine(CultureInfo.InvariantCulture, $"{rejection}"), null, Stop);
        var actions = string.Join(", ", report.Actions.OrderBy(action => action.Key));
        told.AppendLine(CultureInfo.InvariantCulture, $"{report with { Actions = new Dictionary<ImportAction, long>() }} {actions}");
        return ($"{asked}{told}", await ListContents.OfAsync(database, Stop));
    }
}
