using NetArchTest.Rules;
using TrendingMail.Scheduling;
using TrendingMail.Worker.Commands.Storage;
using TrendingMail.Worker.Web.Operations;

namespace TrendingMail.Tests.Architecture;

/// <summary>
/// A use case is one method of a service in the library. Endpoints, commands, background services and jobs only call
/// it: they run no SQL and open no transaction.
/// </summary>
public sealed class UseCaseTests
{
    private static readonly string[] DataAccess =
    [
        "TrendingMail.Storage.Database", "TrendingMail.Storage.Session", "Dapper",
    ];

    /// <summary>The types that may use the database, with the reason.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        [typeof(DbCommand).FullName!] = "'db migrate' and 'db check' are about the database itself",
        [typeof(DbCopy).FullName!] = "'db copy' opens a second database",
        [typeof(SqliteQuartzStore).FullName!] = "prepares the file in which Quartz keeps its own tables",
    };

    [Fact]
    public void EntryPointsDoNotUseTheDatabase() =>
        Assert.Empty(FindUsers("TrendingMail.Worker").Concat(FindUsers("TrendingMail.Scheduling"))
            .Select(OutermostType).Except(Allowed.Keys));

    /// <summary>Also shows that the rule sees what only the bodies of asynchronous methods use.</summary>
    [Fact]
    public void EveryExceptionIsStillNeeded() =>
        Assert.Empty(Allowed.Keys.Except(
            FindUsers("TrendingMail.Worker").Concat(FindUsers("TrendingMail.Scheduling")).Select(OutermostType)));

    private static IEnumerable<string> FindUsers(string name) =>
        new[] { typeof(TrendingMailException).Assembly, typeof(MetricsEndpoint).Assembly }.SelectMany(assembly =>
            Types.InAssembly(assembly).That().ResideInNamespace(name)
                .ShouldNot().HaveDependencyOnAny(DataAccess).GetResult().FailingTypeNames ?? []);

    private static string OutermostType(string name) => name.Split('/', '+')[0];
}
