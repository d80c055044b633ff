using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Tests.SignUp.Abuse;

public sealed class DisposableDomainsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ada@throw.example", true)]
    [InlineData("ada@THROW.example", true)]
    [InlineData("ada@deep.below.throw.example", true)]
    [InlineData("ada@bücher.example", true)]
    [InlineData("ada@xn--bcher-kva.example", true)]
    [InlineData("ada@nothrow.example", false)]
    [InlineData("ada@throw.example.org", false)]
    [InlineData("ada@example", false)]
    public void ADomainIncludesItsSubdomains(string email, bool contained)
    {
        var domains = Load("# disposable\n\nthrow.example\n  Bücher.example  # mail for an hour\r\n@other.example\n");

        Assert.Equal(contained, EmailAddress.TryParse(email, out var address, out _) && domains.Contains(address));
        Assert.Equal(3, domains.Count);
    }

    [Fact]
    public void WithoutAFileNothingIsDisposable() => Assert.Equal(0, DisposableDomains.Load("").Count);

    [Theory]
    [InlineData("throw.example\nno domain\n", "line 2: 'no domain'")]
    [InlineData("com\n", "line 1: 'com'")]
    public void AnInvalidLineIsReported(string text, string fault) =>
        Assert.Contains(
            fault, Assert.Throws<TrendingMailException>(() => Load(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void AMissingFileIsReported() => Assert.Contains("Security:DisposableDomains",
        Assert.Throws<TrendingMailException>(() => DisposableDomains.Load(folder.File("none.txt"))).Message,
        StringComparison.Ordinal);

    /// <summary>
    /// Reads a public list if there is one next to the repository, otherwise a generated one of the same length.
    /// </summary>
    [Fact]
    public void AListOfThousandsIsLoaded()
    {
        var file = Repository.Sample("disposable", "domains.txt") ??
            folder.Write("long.txt", string.Join('\n', Enumerable.Range(0, 8000).Select(i => $"throw{i}.example")));

        var domains = DisposableDomains.Load(file);

        var lines = File.ReadLines(file).ToArray();
        Assert.InRange(domains.Count, lines.Length * 99 / 100, lines.Length);
        Assert.All(lines.Where((_, i) => i % 100 == 0), line =>
            Assert.True(EmailAddress.TryParse($"ada@{line}", out var address, out _) &&
                domains.Contains(address), line));
    }

    private DisposableDomains Load(string text) => DisposableDomains.Load(folder.Write("domains.txt", text));
}
