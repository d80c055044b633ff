using System.Text;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Tests.Subscribers.Import;

public sealed class ImportFileTests
{
    private static readonly Preferences Defaults = new() { TimeZone = "Europe/Berlin", Papers = 7 };

    [Theory]
    [InlineData("email\nada@example.org\n")]
    [InlineData("\ufeffE-Mail,name\r\nada@example.org,\"Quill, Ada\"\r\n")]
    [InlineData("Name;Email Address\nAda;ada@example.org\n")]
    [InlineData("name\tmail\nAda\tada@example.org")]
    public void TheAddressColumnIsFound(string text)
    {
        var line = Assert.Single(Read(text));

        Assert.Equal("ada@example.org", line.Subscriber!.Address.Value);
        Assert.Equal((Defaults, (SubscriberState?)null), (line.Subscriber.Preferences, line.Subscriber.State));
    }

    [Fact]
    public void AMappedColumnTakesPrecedenceOverARecognizedOne()
    {
        var line = Assert.Single(Read("Email,Work,Zone,state\nold@example.org,ada@example.org,Asia/Tokyo,nonsense\n",
            ("work", ImportField.Email), ("Zone", ImportField.TimeZone), ("state", ImportField.SuppressionDetail)));

        Assert.Equal(("ada@example.org", "Asia/Tokyo"), (line.Subscriber!.Address.Value, line.Subscriber.Preferences.TimeZone));
    }

    [Fact]
    public void AListWithoutAnAddressColumnIsRejectedWithAHint()
    {
        var fault = Assert.Throws<TrendingMailException>(() => Read("name,contact\nAda,ada@example.org\n"));

        Assert.Contains("--map \"name=email\"", fault.Message, StringComparison.Ordinal);
        Assert.Contains("contact", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'mail'", Assert.Throws<TrendingMailException>(
            () => Read("email\na@example.org\n", ("mail", ImportField.Email))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("email,papers\nada@example.org,51\n", "papers is '51'; give 1 to 50.")]
    [InlineData("email,time_zone\nada@example.org,Mars/One\n", "time_zone is 'Mars/One'")]
    [InlineData("email,time_zone\nada@example.org,W. Europe Standard Time\n", "time_zone")]
    [InlineData("email,send_at\nada@example.org,25:00\n", "send_at is '25:00'")]
    [InlineData("email,frequency\nada@example.org,hourly\n", "daily, weekdays, weekly")]
    [InlineData("email,frequency\nada@example.org,1\n", "daily, weekdays, weekly")]
    [InlineData("email,state\nada@example.org,dunno\n", "pending, active, paused or unsubscribed")]
    [InlineData("email,suppression\nada@example.org,why\n", "hard_bounce")]
    [InlineData("email,interests\nada@example.org,speech\n", "JSON array")]
    [InlineData("email,interests\nada@example.org,[null]\n", "JSON array")]
    [InlineData("email,interests\nada@example.org,[7]\n", "JSON array")]
    [InlineData("email,consent\nada@example.org,\"[{\"\"kind\"\":7}]\"\n", "JSON array")]
    [InlineData("email,topics\nada@example.org,speech; +\n", "topics is '+'")]
    [InlineData("email,created_at\nada@example.org,yesterday\n", "'yesterday' is not a valid time")]
    [InlineData("email,language\nada@example.org,not a tag\n", "language")]
    [InlineData("email,name\n,Ada\n", "looks like")]
    public void AnInvalidLineIsReportedWithAReason(string text, string reason)
    {
        var line = Assert.Single(Read(text));

        Assert.Null(line.Subscriber);
        Assert.Contains(reason, line.Error, StringComparison.Ordinal);
        Assert.Equal(2, line.Number);
    }

    [Fact]
    public void LineNumbersCountLineBreaksInQuotes() => Assert.Equal([2, 4, 6],
        Read("email,note\na@example.org,\"two\nlines\"\nb@example.org,\n\nc@example.org,\n").Select(line => line.Number));

    [Fact]
    public void AListmonkExportIsRecognized()
    {
        var lines = Read("""
            uuid,email,name,attributes,status,created_at,updated_at
            1,ada@example.org,Ada,{},enabled,2024-05-01 10:20:30.123456 +0000 UTC,2024-05-02 10:20:30 +0000 UTC
            2,bo@example.org,Bo,"{""a"": 1}",blocklisted,2024-05-01 10:20:30 +0200 CEST,2024-05-02 10:20:30 +0000 UTC
            3,cy@example.org,Cy,{},disabled,2024-05-01 10:20:30 +0000 UTC,
            """, out var file);

        Assert.Equal("listmonk", file.Origin);
        Assert.Equal([SubscriberState.Active, null, SubscriberState.Unsubscribed], lines.Select(line => line.Subscriber?.State));
        Assert.Equal(new DateTimeOffset(2024, 5, 1, 10, 20, 30, TimeSpan.Zero).AddMicroseconds(123456), lines[0].Subscriber!.CreatedAt);
    }

    [Fact]
    public void AMailchimpExportIsRecognized()
    {
        var subscribed = Read("""
            "Email Address","First Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,TIMEZONE,LEID
            ada@example.org,Ada,2,"2023-01-02 03:04:05",,"2023-01-02 03:10:00",203.0.113.77,"America/New York",1
            bo@example.org,Bo,2,"2023-01-02 03:04:05",,,,Nowhere,2
            """, out var file);
        var unsubscribed = Assert.Single(Read("\"Email Address\",OPTIN_TIME,UNSUB_TIME,UNSUB_REASON\ncy@example.org,,\"2024-01-01 00:00:00\",x\n"));
        var cleaned = Assert.Single(Read("\"Email Address\",OPTIN_TIME,CLEAN_TIME\ndi@example.org,,\"2024-01-01 00:00:00\"\n"));

        Assert.Equal("mailchimp", file.Origin);
        Assert.Equal(("America/New_York", "203.0.113.0/24", new DateTimeOffset(2023, 1, 2, 3, 10, 0, TimeSpan.Zero)),
            (subscribed[0].Subscriber!.Preferences.TimeZone, subscribed[0].Subscriber!.ConsentNetwork, subscribed[0].Subscriber!.ConsentAt));
        Assert.Equal("Europe/Berlin", subscribed[1].Subscriber!.Preferences.TimeZone);
        Assert.Equal(SubscriberState.Unsubscribed, unsubscribed.Subscriber!.State);
        Assert.True(cleaned.Subscriber!.IsSuppressionOnly);
        Assert.Equal(SuppressionReason.HardBounce, cleaned.Subscriber.Suppression!.Reason);
    }

    [Fact]
    public void JsonLinesAreReadAndInvalidLinesAreReported()
    {
        var lines = Read("""
            {"email":"ada@example.org","topics":"speech; robots","papers":3}
            not json
            [1]

            {"email":"bo@example.org","interests":[{"kind":"author","value":"Ada Quill","weight":-1}]}
            """, isJson: true);

        Assert.Equal([1, 2, 3, 5], lines.Select(line => line.Number));
        Assert.Equal(["speech", "robots"], lines[0].Subscriber!.Interests.Select(i => i.Value));
        Assert.Equal(3, lines[0].Subscriber!.Preferences.Papers);
        Assert.Contains("not a JSON object", lines[1].Error, StringComparison.Ordinal);
        Assert.Contains("not a JSON object", lines[2].Error, StringComparison.Ordinal);
        Assert.True(Assert.Single(lines[3].Subscriber!.Interests).IsMuted);
    }

    [Fact]
    public void AnUnclosedQuoteDoesNotExhaustMemory()
    {
        var text = $"email,note\na@example.org,\"{new string('x', 3 << 20)}\n";

        Assert.Contains("quote", Assert.Throws<TrendingMailException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    private static List<ImportLine> Read(string text, params (string Column, ImportField Field)[] map) =>
        [.. new ImportFile(Stream(text), false, map.ToDictionary(m => m.Column, m => m.Field)).Read(Defaults)];

    private static List<ImportLine> Read(string text, bool isJson) =>
        [.. new ImportFile(Stream(text), isJson, new Dictionary<string, ImportField>()).Read(Defaults)];

    private static List<ImportLine> Read(string text, out ImportFile file)
    {
        file = new ImportFile(Stream(text), false, new Dictionary<string, ImportField>());
        return [.. file.Read(Defaults)];
    }

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
