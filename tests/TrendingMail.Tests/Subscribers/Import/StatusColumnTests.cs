using System.Text;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import.Columns;
using TrendingMail.Subscribers.Import.Files;
using TrendingMail.Subscribers.Import.Lines;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Tests.Subscribers.Import;

public sealed class StatusColumnTests
{
    private static readonly HashSet<string> Nothing = [];

    [Theory]
    [InlineData("Status", "state")]
    [InlineData("Subscription Status", "state")]
    [InlineData("emailStatus", "state")]
    [InlineData("Statut", "state")]
    [InlineData("Estado", "state")]
    [InlineData("Unsubscribed", "opted_out")]
    [InlineData("Unsubscribe Date", "opted_out")]
    [InlineData("Opt-Out", "opted_out")]
    [InlineData("optedOutAt", "opted_out")]
    [InlineData("Do not email", "opted_out")]
    [InlineData("is_bounced", "bounced")]
    [InlineData("Hard Bounce", "bounced")]
    [InlineData("Spam complaint", "complained")]
    [InlineData("Blacklist", "blocked")]
    [InlineData("Suppressed", "blocked")]
    [InlineData("Subscribed", "opted_in")]
    [InlineData("Opt-in", "opted_in")]
    [InlineData("Accepts Email Marketing", "opted_in")]
    [InlineData("is_active", "opted_in")]
    [InlineData("Email confirmed", "confirmed")]
    public void AColumnThatLooksLikeAStatusStopsTheImport(string column, string field)
    {
        var fault = Assert.Throws<TrendingMailException>(() => Read($"email,{column}\nada@example.org,Unsubscribed\n"));

        Assert.Contains($"'{column}' looks like a subscription status", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"--map \"{column}={field}\"", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"--ignore-column \"{column}\"", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("subscribed_at")]
    [InlineData("Date subscribed")]
    [InlineData("Opt-in IP")]
    [InlineData("confirmed on")]
    [InlineData("activity")]
    [InlineData("statement")]
    [InlineData("Company")]
    public void OtherColumnsDoNotStopTheImport(string column)
    {
        var line = Assert.Single(Read($"email,{column}\nada@example.org,x\n", out var file));

        Assert.NotNull(line.Subscriber);
        Assert.Equal([column], file.UnusedColumns);
    }

    [Theory]
    [InlineData("Unsubscribed")]
    [InlineData("COMPLAINED")]
    [InlineData("Bounced")]
    public void AColumnThatSaysThatSomeoneHasLeftStopsTheImportWhateverItsName(string value)
    {
        var lines = new List<ImportLine>();

        var fault = Assert.Throws<TrendingMailException>(() =>
        {
            foreach (var line in new ImportFile(
                Stream($"email,zz\na@example.org,ok\nb@example.org,{value}\n"), new ImportFileOptions())
                .Read(new Preferences()))
            {
                lines.Add(line);
            }
        });

        Assert.Single(lines);
        Assert.Contains($"'zz' says '{value}' in line 3", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnIgnoredColumnIsLeftOutWhateverItSays()
    {
        var ignored = new HashSet<string>(["status", "State"], StringComparer.OrdinalIgnoreCase);
        var file = new ImportFile(Stream("email,Status,state\nada@example.org,Unsubscribed,CA\n"),
            new ImportFileOptions { Ignored = ignored });

        var line = Assert.Single(file.Read(new Preferences()));

        Assert.Null(line.Subscriber!.State);
        Assert.Equal(["Status", "state"], file.UnusedColumns);
    }

    [Fact]
    public void AColumnThatTheListDoesNotHaveCannotBeIgnored() => Assert.Contains("no column 'Status'",
        Assert.Throws<TrendingMailException>(() => Read("email\nada@example.org\n", out _, ignored: "Status")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void TwoColumnsForTheStateStopTheImport() => Assert.Contains("Several columns say what the state",
        Assert.Throws<TrendingMailException>(
            () => Read("email,state,State\nada@example.org,active,unsubscribed\n")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void AJsonPropertyThatOnlyLaterLinesHaveStopsTheImportToo()
    {
        const string List = """
            {"email":"a@example.org"}
            {"email":"b@example.org","status":"unsubscribed"}
            """;

        Assert.Contains("'status' looks like", Assert.Throws<TrendingMailException>(
            () => new ImportFile(Stream(List), new ImportFileOptions { IsJson = true }).Read(new Preferences())
                .ToList()).Message,
            StringComparison.Ordinal);
        var ignored = new HashSet<string>(["status"], StringComparer.OrdinalIgnoreCase);
        Assert.Equal(2, new ImportFile(Stream(List), new ImportFileOptions { IsJson = true, Ignored = ignored })
            .Read(new Preferences()).Count());
    }

    [Theory]
    [InlineData("Cleaned", SuppressionReason.HardBounce)]
    [InlineData("HARD_BOUNCE", SuppressionReason.HardBounce)]
    [InlineData("soft-bounced", SuppressionReason.SoftBounces)]
    [InlineData("BLOCKLISTED", SuppressionReason.Operator)]
    [InlineData("Marked as spam", SuppressionReason.Complaint)]
    [InlineData("Complained", SuppressionReason.Complaint)]
    [InlineData("Opted-out", null)]
    [InlineData("UNSUBSCRIBED", null)]
    [InlineData("non-subscribed", null)]
    public void StatesAreReadInAnyCaseAndSpelling(string state, SuppressionReason? reason)
    {
        var subscriber = Assert.Single(Read($"email,state\nada@example.org,{state}\n")).Subscriber!;

        Assert.Equal((SubscriberState.Unsubscribed, reason), (subscriber.State, subscriber.Suppression?.Reason));
    }

    [Theory]
    [InlineData(ImportField.OptedIn, "Yes", SubscriberState.Active, null)]
    [InlineData(ImportField.OptedIn, "FALSE", SubscriberState.Unsubscribed, null)]
    [InlineData(ImportField.OptedOut, "2024-01-02", SubscriberState.Unsubscribed, null)]
    [InlineData(ImportField.OptedOut, "0000-00-00 00:00:00", null, null)]
    [InlineData(ImportField.Confirmed, "", SubscriberState.Pending, null)]
    [InlineData(ImportField.Confirmed, "1", null, null)]
    [InlineData(ImportField.Bounced, "true", SubscriberState.Unsubscribed, SuppressionReason.HardBounce)]
    [InlineData(ImportField.Complained, "x", SubscriberState.Unsubscribed, SuppressionReason.Complaint)]
    [InlineData(ImportField.Blocked, "1", SubscriberState.Unsubscribed, SuppressionReason.Operator)]
    [InlineData(ImportField.Blocked, "0", null, null)]
    [InlineData(ImportField.Suppression, "no", null, null)]
    [InlineData(ImportField.Suppression, "why", null, SuppressionReason.Operator)]
    public void FlagsAreRead(ImportField field, string value, SubscriberState? state, SuppressionReason? reason)
    {
        var subscriber = Assert.Single(Read($"email,{field.ToColumn()}\nada@example.org,{value}\n")).Subscriber!;

        Assert.Equal((state, reason), (subscriber.State, subscriber.Suppression?.Reason));
    }

    [Fact]
    public void TheFieldThatSaysNoCounts()
    {
        var subscriber = Assert.Single(Read(
            "email,state,opted_in,opted_out,suppression,complained\n" +
            "ada@example.org,active,yes,1,soft_bounces,1\n")).Subscriber!;

        Assert.Equal((SubscriberState.Unsubscribed, SuppressionReason.Complaint),
            (subscriber.State, subscriber.Suppression!.Reason));
    }

    private static List<ImportLine> Read(string text) => Read(text, out _);

    private static List<ImportLine> Read(string text, out ImportFile file, string? ignored = null)
    {
        file = new ImportFile(Stream(text),
            new ImportFileOptions { Ignored = ignored is null ? Nothing : new HashSet<string> { ignored } });
        return [.. file.Read(new Preferences())];
    }

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
