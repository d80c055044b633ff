using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Engines;
using TrendingMail.Links;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Engines;

public sealed partial class EngineRegistrationTests
{
    private const string Server = "Host=192.0.2.1;Database=papers";

    /// <summary>The files that may name an engine to decide by it, relative to the repository.</summary>
    private static readonly string[] Deciding =
    [
        "src/TrendingMail/Engines/StorageServiceCollectionExtensions.cs",
        "src/TrendingMail/Storage/DatabaseOptions.cs", // the default
        "src/TrendingMail.Worker/Commands/Storage/DbCopy.cs", // copies from one engine to the other
        "tests/TrendingMail.Tests/Engines/EngineRegistrationTests.cs", // the samples below
    ];

    [Fact]
    public void BothEnginesRegisterTheSameServices() => Assert.Equal(
        Register(DatabaseProvider.Sqlite).Select(service => service.ServiceType),
        Register(DatabaseProvider.PostgreSql).Select(service => service.ServiceType));

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "", "/home/data/keys.json")]
    [InlineData(DatabaseProvider.Sqlite, "/home/ring.json", "/home/ring.json")]
    [InlineData(DatabaseProvider.PostgreSql, "", "in papers on 192.0.2.1:5432")]
    [InlineData(DatabaseProvider.PostgreSql, "/home/ring.json", "/home/ring.json")]
    public void TheKeyRingIsAFileOnSqliteAndATableOnPostgreSqlUnlessSet(
        DatabaseProvider provider, string configured, string location)
    {
        using var services = Register(provider).AddSingleton(TimeProvider.System).AddLinks(configured)
            .BuildServiceProvider();

        Assert.Equal(location, services.GetRequiredService<KeyStore>().Location);
    }

    [Fact]
    public void NothingDecidesByTheEngineExceptTheRegistration() => Assert.Empty(
        from folder in (string[])["src", "tests"]
        from file in Directory.EnumerateFiles(
            Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Repository.Root, file)
        where !name.Contains("/obj/", StringComparison.Ordinal) && !Deciding.Contains(name)
        let code = File.ReadAllText(file)
        where ComparesName(code) || (folder == "src" && ComparesProvider(code))
        select name);

    [Theory]
    [InlineData("dialect.Name switch", true)]
    [InlineData("database.Dialect.Name == other", true)]
    [InlineData("Dialect.Name is \"Sqlite\"", true)]
    [InlineData("dialect.Name.Equals(other)", true)]
    [InlineData("switch (session.Dialect.Name)", true)]
    [InlineData("case \"PostgreSql\":", true)]
    [InlineData("options.Provider == DatabaseProvider.Sqlite", true)]
    [InlineData("Load(database.Dialect.Name);", false)]
    public void ADecisionByTheEngineIsFound(string code, bool found) =>
        Assert.Equal(found, ComparesName(code) || ComparesProvider(code));

    private static bool ComparesProvider(string code) => code.Contains("DatabaseProvider.", StringComparison.Ordinal);

    private static bool ComparesName(string code) =>
        DecisionByDialect().IsMatch(code) || NameInDecision().IsMatch(code);

    [GeneratedRegex(@"dialect\.Name\b\)?\s*(switch|==|!=|is\b|\.)|switch \([\w.]*dialect\.Name",
        RegexOptions.IgnoreCase)]
    private static partial Regex DecisionByDialect();

    [GeneratedRegex("(case|==|is) \"(Sqlite|PostgreSql)\"|\"(Sqlite|PostgreSql)\" (=>|==)")]
    private static partial Regex NameInDecision();

    private static IServiceCollection Register(DatabaseProvider provider) => new ServiceCollection().AddStorage(
        new DatabaseOptions
        {
            Provider = provider,
            ConnectionString = provider == DatabaseProvider.Sqlite ? "Data Source=papers.db" : Server,
        },
        "/home");
}
