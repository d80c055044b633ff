using System.Text;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import.Columns;
using TrendingMail.Subscribers.Import.Files;
using TrendingMail.Subscribers.Import.Lines;

namespace TrendingMail.Tests.Subscribers.Import.Files;

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

        Assert.Equal(
            ("ada@example.org", "Asia/Tokyo"), (line.Subscriber!.Address.Value, line.Subscriber.Preferences.TimeZone));
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
    [InlineData("email,time_zone\nada@example.org,CEST\n", "time_zone is 'CEST'")]
    [InlineData("email,send_at\nada@example.org,25:00\n", "send_at is '25:00'")]
    [InlineData("email,frequency\nada@example.org,monthly\n", "daily, weekdays, weekly")]
    [InlineData("email,frequency\nada@example.org,1\n", "daily, weekdays, weekly")]
    [InlineData("email,suppression\nada@example.org,why\n", "hard_bounce")]
    [InlineData("email,interests\nada@example.org,speech\n", "JSON array")]
    [InlineData("email,interests\nada@example.org,[null]\n", "JSON array")]
    [InlineData("email,interests\nada@example.org,[7]\n", "JSON array")]
    [InlineData("email,consent\nada@example.org,\"[{\"\"kind\"\":7}]\"\n", "JSON array")]
    [InlineData("email,consent\nada@example.org,\"[{\"\"kind\"\":\"\"confirmed\"\"}]\"\n", "a known kind and a time")]
    [InlineData("email,topics\nada@example.org,speech; +\n", "topics is '+'")]
    [InlineData("email,created_at\nada@example.org,yesterday\n", "created_at is 'yesterday'; give a time")]
    [InlineData("email,created_at\nada@example.org,05/05/2021\n", "created_at is '05/05/2021'")]
    [InlineData("email,language\nada@example.org,not a tag\n", "language")]
    [InlineData("email,state,paused_until\nada@example.org,paused,soon\n", "paused_until is 'soon'")]
    public void AFieldThatIsNotReadableIsReplacedByADefaultAndNoted(string text, string note)
    {
        var line = Assert.Single(Read(text));

        Assert.Null(line.Error);
        Assert.Equal(Defaults, line.Subscriber!.Preferences);
        Assert.Contains(note, Assert.Single(line.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("papers", "99")]
    [InlineData("language", "not a tag")]
    [InlineData("frequency", "monthly")]
    [InlineData("created_at", "05/05/2021")]
    [InlineData("time_zone", "CEST")]
    [InlineData("interests", "[")]
    [InlineData("consent", "[")]
    [InlineData("topics", "J\uFFFDrgen")]
    [InlineData("opted_in", "perhaps")]
    public void AnOptOutCountsWhateverElseIsWrongWithItsLine(string column, string value)
    {
        foreach (var (field, says) in ((string, string)[])[("state", "Unsubscribed"), ("opted_out", "yes"),
            ("bounced", "1")])
        {
            var line = Assert.Single(Read($"email,{field},{column}\nada@example.org,{says},{value}\n"));

            Assert.Equal(SubscriberState.Unsubscribed, line.Subscriber!.State);
        }

        Assert.NotNull(
            Assert.Single(
                Read($"email,suppression,{column}\nada@example.org,complaint,{value}\n")).Subscriber!.Suppression);
    }

    [Theory]
    [InlineData("email,state\nada@example.org,dunno\n", "pending, active, paused or unsubscribed")]
    [InlineData("email,opted_in\nada@example.org,\n", "opted_in is ''; give yes or no")]
    [InlineData("email,opted_in\nada@example.org,dunno\n", "opted_in is 'dunno'; give yes or no")]
    [InlineData("email,topics\nada@example.org,J\uFFFDrgen\n", "topics has characters that were lost in a conversion")]
    [InlineData("email,name,state\nada@example.org,Ada\n", "The line ends before the field")]
    [InlineData("email,name,state\nada@example.org,Quill, Ada,unsubscribed\n", "The line has 4 fields, the header 3")]
    [InlineData("email,name\n,Ada\n", "looks like")]
    [InlineData("email,name\nJ\uFFFDrgen@example.org,Ada\n", "typos")]
    public void ALineWhoseStateIsUnclearIsRejectedWithAReason(string text, string reason)
    {
        var line = Assert.Single(Read(text));

        Assert.Null(line.Subscriber);
        Assert.Contains(reason, line.Error, StringComparison.Ordinal);
        Assert.Equal(2, line.Number);
    }

    [Fact]
    public void ALocaleIsReadAsALanguageTag() =>
        Assert.Equal(
            "en-US", Assert.Single(Read("email,language\nada@example.org,en_US\n")).Subscriber!.Preferences.Language);

    [Fact]
    public void LineNumbersCountLineBreaksInQuotes() => Assert.Equal([2, 4, 6],
        Read("email,note\na@example.org,\"two\nlines\"\nb@example.org,\n\nc@example.org,\n")
            .Select(line => line.Number));

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

    [Theory]
    [InlineData("email,name,state\na@example.org,Ada,\nb@example.org,\"Bo,unsubscribed\nc@example.org,Cy,unsubscribed\n")]
    [InlineData("email,name,state\na@example.org,Ada,\nb@example.org,\"Bo,unsubscribed\nc@example.org,\"Cy\",unsubscribed\n")]
    [InlineData("email,name,state\na@example.org,Ada,\nb@example.org,Bo,\"unsubscribed")]
    [InlineData("email,name,state\na@example.org,Ada,\nb@example.org,\"B\"\"o,unsubscribed\n")]
    public void NothingIsTakenFromAQuoteThatIsNotClosed(string text)
    {
        var lines = new List<ImportLine>();

        var fault = Assert.Throws<TrendingMailException>(() =>
        {
            foreach (var line in Each(text))
            {
                lines.Add(line);
            }
        });

        Assert.Equal("a@example.org", Assert.Single(lines).Subscriber!.Address.Value);
        Assert.StartsWith("Line 3 opens a quote that is not closed.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnclosedQuoteInTheHeaderIsAFaultOfTheFile() => Assert.Contains("Line 1 opens a quote",
        Assert.Throws<TrendingMailException>(() => Read("email,\"name\na@example.org,Ada\n")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void QuotesThatSwallowNoLineAreRead()
    {
        var lines = Read("email,name,topics\na@example.org,Ada \"Q\" Quill,speech\nb@example.org,\"Bo\" ,\"robots\"\n");

        Assert.Equal(["speech", "robots"], lines.Select(line => Assert.Single(line.Subscriber!.Interests).Value));
    }

    [Fact]
    public void AnUnclosedQuoteDoesNotExhaustMemory()
    {
        var text = $"email,note\na@example.org,\"{new string('x', 3 << 20)}\n";

        Assert.Contains(
            "quote", Assert.Throws<TrendingMailException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    private static List<ImportLine> Read(string text, params (string Column, ImportField Field)[] map) =>
    [
        .. new ImportFile(Stream(text),
            new ImportFileOptions { Map = map.ToDictionary(m => m.Column, m => m.Field) }).Read(Defaults),
    ];

    private static List<ImportLine> Read(string text, bool isJson) =>
        [.. new ImportFile(Stream(text), new ImportFileOptions { IsJson = isJson }).Read(Defaults)];

    private static IEnumerable<ImportLine> Each(string text) =>
        new ImportFile(Stream(text), new ImportFileOptions()).Read(Defaults);

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
