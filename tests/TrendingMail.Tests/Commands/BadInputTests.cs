using System.Text.RegularExpressions;
using TrendingMail.Worker.Commands.Subscribers;

namespace TrendingMail.Tests.Commands;

/// <summary>
/// Every verb with input it cannot use: one line on standard error, an exit code that is documented, and never a stack
/// trace or the name of a .NET type.
/// </summary>
public sealed partial class BadInputTests : CommandTests
{
    private const string Postgres = "Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2";

    [Theory]
    [InlineData(WrongUsage, "--role is 'foo'; use all, web or worker.", "run", "--role", "foo")]
    [InlineData(WrongUsage, "--role is '1'", "run", "--role", "1")]
    [InlineData(WrongUsage, "--format is 'pdf'; use html, text or eml.", "digest", "preview", "--format", "pdf")]
    [InlineData(WrongUsage, "--from is 'x'", "db", "copy", "--from", "x", "--to", "PostgreSql")]
    [InlineData(WrongUsage, "--to", "db", "copy", "--from", "Sqlite")]
    [InlineData(WrongUsage, "--limit is 'abc'", "papers", "search", "x", "--limit", "abc")]
    [InlineData(WrongUsage, "--limit is '0'", "papers", "search", "x", "--limit", "0")]
    [InlineData(WrongUsage, "--limit is '99999999999'", "suppressions", "list", "--limit", "99999999999")]
    [InlineData(WrongUsage, "--days is '-5'", "inbound", "status", "--days", "-5")]
    [InlineData(WrongUsage, "--date", "edition", "publish", "--date")]
    [InlineData(WrongUsage, "'2026-13-01' is not a date", "papers", "fetch", "--date", "2026-13-01")]
    [InlineData(WrongUsage, "--date", "edition", "show", "--date", "2026-01-01", "--date", "2026-01-02")]
    [InlineData(WrongUsage, "'' is not a valid address", "subscribers", "add", "")]
    [InlineData(WrongUsage, "'x' is not a valid address", "digest", "trace", "x")]
    [InlineData(WrongUsage, "EMAIL", "send-test")]
    [InlineData(WrongUsage, "EMAIL", "suppressions", "remove")]
    [InlineData(WrongUsage, "bogus", "keys", "bogus")]
    [InlineData(Failed, "there is no such file", "subscribers", "import", "gone.csv")]
    [InlineData(Failed, "it is a folder", "subscribers", "import", ".")]
    [InlineData(Failed, "the file name is empty", "subscribers", "import", "")]
    [InlineData(Failed, "it is a folder", "subscribers", "export", ".")]
    [InlineData(Failed, "its folder does not exist", "subscribers", "export", "gone/list.csv")]
    [InlineData(Failed, "The file name is empty", "subscribers", "export", "")]
    [InlineData(Failed, "There is no file or folder ''", "inbound", "process", "")]
    [InlineData(WrongUsage, "too far off", "edition", "show", "--date", "0001-01-01")]
    [InlineData(WrongUsage, "too far off", "edition", "publish", "--date", "9999-12-31")]
    [InlineData(Failed, "There is no subscriber", "subscribers", "show", "ada@example.org")]
    [InlineData(Failed, "The configured database is SQLite", "db", "copy", "--from", "sqlite", "--to", "postgresql")]
    public async Task BadInputIsReportedInOneLine(int exitCode, string part, params string[] arguments) =>
        AssertOneLine(exitCode, part, await RunAsync(arguments));

    [Theory]
    [InlineData("Urls", "http://192.0.2.7:5099", "this machine does not have the address")]
    [InlineData("Urls", "http://localhost:99999", "is not a valid listen address")]
    [InlineData("Urls", "https://127.0.0.1:0", "Kestrel:Certificates:Default:Path")]
    [InlineData("Urls", "http://unix:/proc/none/x.sock", "Cannot ")]
    [InlineData("Database:ConnectionString", "nonsense", "Database:ConnectionString is not")]
    [InlineData("Database:ConnectionString", "Data Source=/proc/none/x.db", "Cannot create the database's folder")]
    [InlineData("Security:KeyRing", ".", "it is a folder")]
    [InlineData("Logging:LogLevel:Default", "Loud", "Logging:LogLevel:Default is 'Loud'")]
    [InlineData("Papers:Sources:0", "File", "Papers:Sources:0 is 'File'; expected a group of settings.")]
    [InlineData("Digest:Papers:Count", "3", "Digest:Papers is a group of settings; expected a single value.")]
    public async Task ABadSettingEndsTheProgramInOneLine(string key, string value, string part) =>
        AssertOneLine(Failed, part, await RunAsync([(key, value)], "run"));

    [Theory]
    [InlineData("papers", "list")]
    [InlineData("edition", "list")]
    [InlineData("subscribers", "count")]
    [InlineData("suppressions", "list")]
    [InlineData("digest", "status")]
    [InlineData("inbound", "status")]
    [InlineData("db", "check")]
    [InlineData("db", "migrate")]
    [InlineData("keys", "list")]
    [InlineData("run")]
    public async Task AnUnreachablePostgreSqlIsReportedInOneLine(params string[] verb) =>
        AssertOneLine(Failed, "is unavailable", await RunAsync(
            [("Database:Provider", "PostgreSql"), ("Database:ConnectionString", Postgres)], verb));

    [Theory]
    [InlineData("edition", "list")]
    [InlineData("db", "check")]
    [InlineData("run")]
    public async Task ADamagedDatabaseIsReportedInOneLine(params string[] verb)
    {
        WritePrivate("data/trendingmail.db", string.Concat(Enumerable.Repeat("no database ", 1000)));

        AssertOneLine(Failed, "is damaged or is not a SQLite database", await RunAsync(verb));
    }

    [Theory]
    [InlineData("keys", "list")]
    [InlineData("edition", "list")]
    [InlineData("run")]
    public async Task AFileInPlaceOfTheDataFolderIsReportedInOneLine(params string[] verb)
    {
        Folder.Write("data", "");

        AssertOneLine(Failed, "data", await RunAsync(verb));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("keys", "rotate")]
    public async Task ADamagedKeyRingIsReportedInOneLine(params string[] verb)
    {
        WritePrivate("data/keys.json", "{");

        AssertOneLine(Failed, "is damaged", await RunAsync([("Urls", "http://127.0.0.1:0")], verb));
    }

    [Theory]
    [InlineData("[1]", "must be an object")]
    [InlineData("", "not valid JSON (line 1, byte 1)")]
    [InlineData("""{"Urls": "a", "Urls": "b"}""", "duplicate key 'Urls'")]
    [InlineData("""{"Digest": {"Papers": {"x": 1}}}""", "Digest:Papers is a group of settings")]
    public async Task AnUnusableSettingsFileIsReportedInOneLine(string text, string part)
    {
        Folder.Write("appsettings.json", text);

        AssertOneLine(Failed, part, await RunAsync("db", "check"));
    }

    [Fact]
    public async Task AFolderInPlaceOfTheSettingsFileIsReportedInOneLine()
    {
        Directory.CreateDirectory(Folder.File("appsettings.json"));

        AssertOneLine(Failed, "it is a folder", await RunAsync("db", "check"));
    }

    [Fact]
    public async Task AFileOfRejectsThatCannotBeWrittenStopsTheImport()
    {
        var list = Folder.Write("list.csv", "email\nada@example.org\n");

        AssertOneLine(Failed, "Nothing was imported.", await RunAsync(
            "subscribers", "import", list, "--rejects", "gone/rejects.csv"));
        Assert.Equal(0, (await JsonAsync("subscribers", "count")).GetProperty("pending").GetInt32());
    }

    [Fact]
    public void AnExportDoesNotReplaceADevice()
    {
        Assert.True(SubscribersExport.IsDevice("/dev/stdout"));
        Assert.False(SubscribersExport.IsDevice(Folder.File("list.csv")));
    }

    /// <summary>Writes a file as the program would; "run" reports a file that others may read.</summary>
    private void WritePrivate(string name, string text)
    {
        var file = Folder.Write(name, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(Path.GetDirectoryName(file)!,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void AssertOneLine(int exitCode, string part, CommandResult result)
    {
        var line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Contains(part, line, StringComparison.Ordinal);
        Assert.DoesNotMatch(InternalsRegex(), line);
    }

    /// <summary>A frame of a stack trace, or the name of a type of .NET or of ours.</summary>
    [GeneratedRegex(@"^\s+at |Exception\b|System\.|TrendingMail\.[A-Z]")]
    private static partial Regex InternalsRegex();
}
