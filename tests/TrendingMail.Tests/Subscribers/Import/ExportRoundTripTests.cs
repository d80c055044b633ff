using System.Text;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Export;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Import;

public abstract class ExportRoundTripTests(DatabaseFixture fixture) : SubscriberImporterTestBase(fixture)
{
    [Fact]
    public async Task TextsThatASpreadsheetWouldRunAreMarkedInCsvAndRestored()
    {
        string[] addresses =
            ["=1+1@example.org", "'=1@example.org", "'a@example.org", "+1@example.org", "-1@example.org"];
        foreach (var address in addresses)
        {
            await AddSubscriberAsync(address);
        }

        await Suppressions.AddAsync(
            Address("+1@example.org"), SuppressionReason.HardBounce, "=cmd|' /C calc'!A0", Stop);
        await Suppressions.AddAsync(
            Address("-1@example.org"), SuppressionReason.HardBounce, "[554] no such user", Stop);
        var csv = await ExportAsync(Database, isJson: false);
        var json = await ExportAsync(Database, isJson: true);

        Assert.DoesNotMatch("(^|[\n,\"])[=+@-]", csv);
        Assert.Contains("'=1+1@example.org,", csv, StringComparison.Ordinal);
        Assert.Contains("\"suppression_detail\":\"[554] no such user\"", json, StringComparison.Ordinal);
        var before = await SubscriberDump.CreateAsync(Database, Stop);
        foreach (var (list, isJson) in ((string, bool)[])[(csv, false), (json, true)])
        {
            await Database.WriteAsync(
                session => session.ExecuteAsync("DELETE FROM subscribers; DELETE FROM suppressions"), Stop);
            Assert.Equal(0, (await ImportAsync(list, confirmed: false, isJson: isJson)).Rejected);
            Assert.Equal(before, await SubscriberDump.CreateAsync(Database, Stop));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ImportingAnExportRestoresTheSameData(bool isJson)
    {
        await FillAsync();
        var list = await ExportAsync(Database, isJson);
        var before = await SubscriberDump.CreateAsync(Database, Stop);
        await Database.WriteAsync(
            session => session.ExecuteAsync("DELETE FROM subscribers; DELETE FROM suppressions"), Stop);
        Clock.Advance(TimeSpan.FromDays(3));

        var report = await ImportAsync(list, confirmed: false, isJson: isJson);

        Assert.Equal(("own", 0, 0), (report.Origin, report.Rejected, report.ConfirmationsRequested));
        Assert.Equal(before, await SubscriberDump.CreateAsync(Database, Stop));
        Assert.Equal(list, await ExportAsync(Database, isJson));
    }

    private async Task FillAsync()
    {
        var ada = await AddSubscriberAsync("Ada.Quill@example.org", new Preferences { Language = "de", Papers = 3 });
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(session, ada.Id,
        [
            Interest.Create(InterestKind.Author, "Quill, \"Bo\"")!,
            Interest.Create(InterestKind.Topic, "Sprache, Rede", -0.75)!,
        ]), Stop);
        await SignUp.RequestAsync(
            Address("jörg@bücher.example"), new Preferences { Frequency = Frequency.Weekly }, Web, Stop);
        var gone = await AddSubscriberAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        var paused = await AddSubscriberAsync("paused@example.org");
        await Subscribers.SavePreferencesAsync(paused.Id, paused.Preferences, Today.AddDays(20), Stop);
        await Suppressions.AddAsync(
            Address("paused@example.org"), SuppressionReason.SoftBounces, "4.2.2, \"full\"\nagain", Stop);
        await Suppressions.AddAsync(Address("nobody@example.org"), SuppressionReason.Complaint, null, Stop);
        await Database.WriteAsync(
            session => Subscribers.RecordConsentAsync(session, ada.Id, ConsentKind.Confirmed, Web, "Yes, please."),
            Stop);
    }

    private static async Task<string> ExportAsync(TrendingMail.Storage.Database database, bool isJson)
    {
        using var stream = new MemoryStream();
        await new SubscriberExporter(database).WriteAsync(stream, isJson, null, Stop);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

public sealed class ExportRoundTripOnSqlite() : ExportRoundTripTests(new SqliteFixture());

public sealed class ExportRoundTripOnPostgreSql() : ExportRoundTripTests(new PostgreSqlFixture());
