using System.Reflection;
using System.Runtime.CompilerServices;
using NetArchTest.Rules;
using TrendingMail.Worker.Configuration;
using Assembly = System.Reflection.Assembly;

namespace TrendingMail.Tests.Architecture;

public sealed class LayerTests
{
    /// <summary>From top to bottom. A namespace uses only namespaces in lower layers.</summary>
    private static readonly string[][] Layers =
    [
        ["TrendingMail.Worker"],
        ["TrendingMail.Engines"],
        ["TrendingMail.Scheduling"],
        ["TrendingMail.Diagnostics"],
        ["TrendingMail.Inbound"],
        ["TrendingMail.Digests", "TrendingMail.SignUp"],
        ["TrendingMail.Delivery"],
        ["TrendingMail.Messages"],
        ["TrendingMail.Editions"],
        ["TrendingMail.Subscribers", "TrendingMail.Templates"],
        ["TrendingMail.Papers", "TrendingMail.Links"],
        ["TrendingMail.Storage"],
        ["TrendingMail.Configuration"],
    ];

    private static readonly Assembly Library = typeof(TrendingMailException).Assembly;

    public static TheoryData<string> Namespaces => [.. Layers.SelectMany(floor => floor)];

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void ANamespaceUsesOnlyLowerLayers(string name) => Assert.Empty(FindViolations(name, LayersNotBelow(name)));

    [Fact]
    public void EveryLibraryNamespaceBelongsToALayer()
    {
        var used = Library.GetTypes().Select(type => type.Namespace ?? "")
            .Where(name => name.StartsWith("TrendingMail.", StringComparison.Ordinal))
            .Select(name => string.Join('.', name.Split('.')[..2]));

        Assert.Subset(Layers.SelectMany(floor => floor).ToHashSet(), used.ToHashSet());
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("System.Console")]
    public void TheLibraryDependsOnNeitherAspNetCoreNorTheConsole(string name) =>
        Assert.Empty(FindViolations("TrendingMail", [name]));

    [Fact]
    public void NoPrivateMembersOfOtherLibrariesAreUsed() => Assert.DoesNotContain(
        Library.GetTypes().SelectMany(type => type.GetMethods(
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)),
        method => method.IsDefined(typeof(UnsafeAccessorAttribute), inherit: false));

    [Fact]
    public void OnlyMessagesKnowsItsBulkPath()
    {
        const string Bulk = "TrendingMail.Messages.Bulk";
        var others = Layers.SelectMany(floor => floor)
            .Where(name => name is not ("TrendingMail.Messages" or "TrendingMail.Worker"));

        Assert.DoesNotContain(Library.GetTypes(), type => type.Namespace == Bulk && type.IsPublic);
        Assert.All(others, name => Assert.Empty(FindViolations(name, [Bulk])));
        Assert.Contains("MessageComposer", FindViolations("TrendingMail.Messages", [Bulk]));
    }

    [Fact]
    public void TheLayerRuleDetectsViolations()
    {
        // Dependencies in fields and constructors and, in the last case, only in the body of an async method.
        Assert.Contains("EditionStore", FindViolations("TrendingMail.Editions", ["TrendingMail.Storage"]));
        Assert.Contains("SignUpFlow", FindViolations("TrendingMail.SignUp", ["TrendingMail.Delivery"]));
        var worker = typeof(Settings).Assembly;
        Assert.Contains("StartupBanner", FindViolations("TrendingMail.Worker", ["System.Console"], worker));
        Assert.Contains("WebApp", FindViolations("TrendingMail.Worker", ["Microsoft.AspNetCore"], worker));
        Assert.Contains("PapersCommand", FindViolations("TrendingMail.Worker", ["System.Console"], worker));
    }

    private static string[] LayersNotBelow(string name)
    {
        var own = Array.FindIndex(Layers, floor => floor.Contains(name));
        return [.. Layers.Take(own + 1).SelectMany(floor => floor).Where(other => other != name)];
    }

    private static IEnumerable<string> FindViolations(string name, string[] forbidden, Assembly? assembly = null) =>
        forbidden.Length == 0
            ? []
            : (Types.InAssembly(assembly ?? Library)
                .That().ResideInNamespace(name)
                .ShouldNot().HaveDependencyOnAny(forbidden)
                .GetResult().FailingTypeNames ?? [])
                .Select(type => type[(type.LastIndexOf('.') + 1)..]);
}
