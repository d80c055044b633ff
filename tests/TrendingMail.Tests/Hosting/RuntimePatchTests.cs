using TrendingMail.Worker.Hosting;

namespace TrendingMail.Tests.Hosting;

public sealed class RuntimePatchTests
{
    [Theory]
    [InlineData("10.0.11", true)]
    [InlineData("9.0.30", true)]
    [InlineData("10.0.12", false)]
    [InlineData("10.0.13", false)]
    [InlineData("11.0.0", false)]
    public void ARuntimeThatIsTooOldIsNamedWithTheRemedy(string version, bool isTooOld)
    {
        var warning = RuntimePatch.FindWarning(Version.Parse(version));

        Assert.Equal(isTooOld, warning is not null);
        Assert.True(warning is null || warning.Contains($"{version}, ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("security.md")]
    [InlineData("getting-started.md")]
    public void TheDocumentsNameTheOldestRuntime(string document) => Assert.Contains(
        $"{RuntimePatch.Minimum} or later", File.ReadAllText(Path.Combine(Repository.Root, "docs", document)),
        StringComparison.Ordinal);
}
