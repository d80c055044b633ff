namespace TrendingMail.SystemTests.Browsing;

/// <summary>Checks all pages with the Nu HTML checker, which also powers the W3C validator.</summary>
[Collection(nameof(SiteTests))]
public sealed class MarkupTests(Site site) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task PagesHaveNoMarkupErrors()
    {
        foreach (var (address, i) in site.Pages.Select((address, i) => (address, i)))
        {
            var name = $"{i:00}{new string([.. address.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').Take(40)])}.html";
            using var answer = await site.Http.GetAsync(
                new Uri(address, UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name),
                await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
                TestContext.Current.CancellationToken);
        }

        Assert.Empty(await NuChecker.ErrorsAsync(folder.FullName));
    }
}
