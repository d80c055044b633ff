using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Import.Files;
using TrendingMail.Subscribers.Import.Persistence;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Import;

/// <summary>Imports the same lists into both databases and compares the results.</summary>
public sealed class ImportOnBothEnginesTests : IAsyncLifetime
{
    private const int Lines = 1_200;

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private readonly SqliteFixture sqlite = new();
    private readonly PostgreSqlFixture postgreSql = new();
    private readonly FakeTimeProvider clock = new(Now);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ErasedAddressStore Erased => new(TestKeys.Ring(1, 2), clock);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task BothDatabasesGiveTheSameResult(int seed)
    {
        using var one = new Database(sqlite.Dialect);
        using var other = new Database(postgreSql.Dialect);
        await new Migrator(one, clock).MigrateAsync(Stop);
        var random = new Random(seed);

        // The first list meets an empty database; later ones meet existing, suppressed and erased subscribers.
        foreach (var (isOwn, isConfirmed, isDryRun) in ((bool, bool, bool)[])
            [(false, false, false), (true, true, true), (true, true, false), (true, false, false),
                (false, true, false)])
        {
            var list = isOwn ? OwnList(random) : PlainList(random);

            var (report, contents) = await ImportAsync(sqlite, one, list, isConfirmed, isDryRun);
            var (otherReport, otherContents) = await ImportAsync(postgreSql, other, list, isConfirmed, isDryRun);

            Assert.Equal(report, otherReport);
            Assert.Equal(contents, otherContents);
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

    private static string Key(int number) => $"reader{number}@example.org";

    /// <summary>From a small enough set that many occur twice, in upper and lower case.</summary>
    private static string Address(Random random)
    {
        var key = Key(random.Next(random.Next(2) == 0 ? 200 : 5_000));
        return random.Next(3) == 0 ? key.ToUpperInvariant() : key;
    }

    private static string PlainList(Random random) =>
        CreateList("email,state,topics,papers,consent_at,consent_ip", () =>
        $"{(random.Next(40) == 0 ? "nobody" : Address(random))},{Pick(random, "", "", "active", "pending", "unsubscribed")}," +
        $"{Pick(random, "", "speech", "speech; robots; Speech", "vision;;")},{Pick(random, "3", "9", "")}," +
        $"{Pick(random, "", "2024-02-03")},{Pick(random, "", "203.0.113.77")}");

    private static string OwnList(Random random) => CreateList(
        "email,state,frequency,weekday,time_zone,paused_until,suppression,suppression_detail,interests,consent", () =>
        $"{Address(random)},{Pick(random, "active", "active", "pending", "unsubscribed", "paused", "")},{Pick(random, "daily", "weekly")}," +
        $"{Pick(random, "monday", "friday")},{Pick(random, "UTC", "Asia/Tokyo")},{Pick(random, "", "2027-01-02")}," +
        $"{Pick(random, "", "", "", "", "complaint", "soft_bounces")},{Pick(random, "", "full, again", new string('a', 499) + "🙂")}," +
        $"{Pick(random, "", Json("""[{"kind":"author","value":"Bo Quill","weight":-0.75},{"kind":"topic","value":"speech"}]"""))}," +
        Pick(random, "",
            Json("""[{"kind":"requested","at":"2025-01-02T03:04:05Z","origin":"web"},{"kind":"confirmed","at":"2025-01-03T00:00:00Z","text":"Yes\u0000"}]"""),
            Json("""[{"kind":"unsubscribed","at":"2025-02-02T00:00:00Z","network":"203.0.113.0/24"}]""")));

    private static string CreateList(string header, Func<string> line) =>
        string.Concat(Enumerable.Range(0, Lines).Select(_ => $"{line()}\n").Prepend($"{header}\n"));

    private static string Pick(Random random, params string[] from)
    {
        var text = from[random.Next(from.Length)];
        return text.Contains(',') && text[0] != '"' ? $"\"{text}\"" : text;
    }

    private static string Json(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <returns>Everything that the import reported, and the contents of the database afterwards.</returns>
    private async Task<(string Report, string Contents)> ImportAsync(
        DatabaseFixture fixture, Database database, string list, bool isConfirmed, bool isDryRun)
    {
        // Batch sizes depend on read speed, so interleaving varies: collect confirmation requests separately.
        var (confirmations, output) = (new StringBuilder(), new StringBuilder());
        var report = await new SubscriberImporter(
            database, fixture.Engine.GetRequiredService<ImportStoreFactory>(), Erased,
            async (session, subscriberId, consent) =>
            confirmations.AppendLine(await session.SingleAsync<string>("""
                SELECT s.address || ' ' || e.kind
                FROM subscribers s JOIN consent_events e ON e.subscriber_id = s.id
                WHERE s.id = @subscriberId AND e.id = @consent
                """, new { subscriberId, consent })), clock).RunAsync(
                new ImportFile(new MemoryStream(Encoding.UTF8.GetBytes(list)), new ImportFileOptions()),
                new ImportOptions
                {
                    Defaults = new Preferences(), Name = "list.csv", Confirmed = isConfirmed,
                    DryRun = isDryRun
                },
                rejectedLine => output.AppendLine(CultureInfo.InvariantCulture, $"{rejectedLine}"), null, Stop);
        var actions = string.Join(", ", report.Actions.OrderBy(action => action.Key));
        output.AppendLine(CultureInfo.InvariantCulture,
            $"{report with { Actions = new Dictionary<ImportAction, long>() }} {actions}");
        return ($"{confirmations}{output}", await SubscriberDump.CreateAsync(database, Stop));
    }
}
