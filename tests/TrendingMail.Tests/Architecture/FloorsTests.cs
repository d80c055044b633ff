using NetArchTest.Rules;
using TrendingMail.Worker.Hosting;
using Assembly = System.Reflection.Assembly;

namespace TrendingMail.Tests.Architecture;

public sealed class FloorsTests
{
    /// <summary>From the top down. A namespace uses only what stands on lower floors.</summary>
    private static readonly string[][] Floors =
    [
        ["TrendingMail.Worker"],
        ["TrendingMail.Scheduling"],
        ["TrendingMail.Inbound"],
        ["TrendingMail.Digests", "TrendingMail.SignUp"],
        ["TrendingMail.Delivery", "TrendingMail.Editions"],
        ["TrendingMail.Rendering", "TrendingMail.Subscribers", "TrendingMail.Papers"],
        ["TrendingMail.Storage"],
    ];

    private static readonly Assembly Library = typeof(TrendingMailException).Assembly;

    public static TheoryData<string> Namespaces => [.. Floors.SelectMany(floor => floor)];

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void ANamespaceUsesOnlyLowerFloors(string name) => Assert.Empty(Offenders(name, NotBelow(name)));

    [Fact]
    public void EveryNamespaceOfTheLibraryStandsOnAFloor()
    {
        var used = Library.GetTypes().Select(type => type.Namespace ?? "")
            .Where(name => name.StartsWith("TrendingMail.", StringComparison.Ordinal))
            .Select(name => string.Join('.', name.Split('.')[..2]));

        Assert.Subset(Floors.SelectMany(floor => floor).ToHashSet(), used.ToHashSet());
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("System.Console")]
    public void TheLibraryKnowsNoWebAndNoConsole(string name) => Assert.Empty(Offenders("TrendingMail", [name]));

    [Fact]
    public void TheRuleFindsWhatItForbids()
    {
        // Fields and constructors, and what stands only in the body of an asynchronous method (the last).
        Assert.Contains("EditionStore", Offenders("TrendingMail.Editions", ["TrendingMail.Storage"]));
        Assert.Contains("SignUpFlow", Offenders("TrendingMail.SignUp", ["TrendingMail.Delivery"]));
        var worker = typeof(Settings).Assembly;
        Assert.Contains("Announcer", Offenders("TrendingMail.Worker", ["System.Console"], worker));
        Assert.Contains("WebApp", Offenders("TrendingMail.Worker", ["Microsoft.AspNetCore"], worker));
        Assert.Contains("PapersCommand", Offenders("TrendingMail.Worker", ["System.Console"], worker));
    }

    private static string[] NotBelow(string name)
    {
        var own = Array.FindIndex(Floors, floor => floor.Contains(name));
        return [.. Floors.Take(own + 1).SelectMany(floor => floor).Where(other => other != name)];
    }

    private static IEnumerable<string> Offenders(string name, string[] forbidden, Assembly? assembly = null) =>
        forbidden.Length == 0
            ? []
            : (Types.InAssembly(assembly ?? Library)
                .That().ResideInNamespace(name)
                .ShouldNot().HaveDependencyOnAny(forbidden)
                .GetResult().FailingTypeNames ?? [])
                .Select(type => type[(type.LastIndexOf('.') + 1)..]);
}
