namespace TrendingMail.Tests;

public sealed class FileProblemTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AFolderWhereAFileBelongsIsCalledAFolder() =>
        Assert.Equal("it is a folder; name a file.", Explain(folder.Path, new UnauthorizedAccessException("denied")));

    [Fact]
    public void AMissingFileAndAMissingFolderAreDistinguished()
    {
        Assert.StartsWith("there is no such file", Explain("gone", new FileNotFoundException()),
            StringComparison.Ordinal);
        Assert.StartsWith("its folder does not exist", Explain("gone/x", new DirectoryNotFoundException()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyNameIsCalledEmpty() =>
        Assert.Equal("the file name is empty.", Explain(" ", new ArgumentException("empty", "path")));

    [Fact]
    public void TheSystemsReasonIsKeptWithoutThePath() =>
        Assert.Equal(
            "no space left on device.", Explain("full", new IOException("No space left on device : '/x/full'")));

    [Fact]
    public void ADefectIsNoFileProblem()
    {
        Assert.False(FileProblem.Matches(new ArgumentException("wrong", "other")));
        Assert.False(FileProblem.Matches(new InvalidOperationException()));
    }

    private static string Explain(string path, Exception exception)
    {
        Assert.True(FileProblem.Matches(exception));
        return FileProblem.Explain(path, exception);
    }
}
