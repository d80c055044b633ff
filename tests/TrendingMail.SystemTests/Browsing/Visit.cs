using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>An open page, with the errors that occurred on it.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext context;

    private readonly ConcurrentQueue<string> faults = [];

    public Visit(IBrowserContext context, IPage page, Uri site)
    {
        this.context = context;
        Page = page;
        page.PageError += (_, error) => faults.Enqueue($"script error at {page.Url}: {error}");
        page.Console += (_, message) =>
        {
            // Chromium reports violations of the Content-Security-Policy here.
            if (message.Type is "error" or "warning")
            {
                faults.Enqueue($"{message.Type} at {page.Url}: {message.Text}");
            }
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                faults.Enqueue(
                    string.Create(CultureInfo.InvariantCulture, $"status {response.Status} of {response.Url}"));
            }
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is var url &&
                url.Host != site.Host)
            {
                faults.Enqueue($"request to another server: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Asserts no policy violations, script errors, failed requests or requests to other servers.</summary>
    public void AssertNoFaults() => Assert.True(faults.IsEmpty, string.Join('\n', faults));

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
