using System.Net;
using TrendingMail.Papers.Sources.Http;
using TrendingMail.Templates;

namespace TrendingMail.Diagnostics.Content.Web;

/// <summary>What a server answered.</summary>
/// <param name="Status">Null if it did not answer.</param>
/// <param name="Fault">Why it did not answer.</param>
internal sealed record WebAnswer(HttpStatusCode? Status, string? Fault = null)
{
    /// <summary>The length of the content in bytes, if the server says so.</summary>
    public long? Length { get; init; }

    public string? MediaType { get; init; }

    public override string ToString() => Status is { } status ? $"{(int)status} {status}" : Fault ?? "";
}

/// <summary>
/// Asks web servers as a mail client would: without cookies, without following redirects. Links in a digest come from
/// the sources of papers, so only the site's own may lead to private addresses.
/// </summary>
internal sealed class WebProbe : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;

    public WebProbe(SiteOptions site)
    {
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = new SsrfGuard(site.PublicUrl ?? new Uri("http://localhost")).ConnectAsync,
            UseCookies = false,
        })
        { Timeout = Timeout };
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", $"TrendingMail-doctor (+{site.BaseUrl})");
    }

    /// <summary>Asks for the header of a page by HEAD, or by GET where the server does not know HEAD.</summary>
    public async Task<WebAnswer> HeadAsync(Uri address, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Head, address, null, cancellationToken);
        return answer.Status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented
            or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
            ? await SendAsync(HttpMethod.Get, address, null, cancellationToken) : answer;
    }

    public Task<WebAnswer> PostAsync(Uri address, HttpContent content, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, address, content, cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<WebAnswer> SendAsync(
        HttpMethod method, Uri address, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        try
        {
            using var response = await http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new WebAnswer(response.StatusCode)
            {
                Length = response.Content.Headers.ContentLength,
                MediaType = response.Content.Headers.ContentType?.MediaType,
            };
        }
        catch (Exception e) when (e is HttpRequestException or TrendingMailException)
        {
            return new WebAnswer(null, e.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebAnswer(null, $"no answer within {Timeout.TotalSeconds:0} seconds");
        }
    }
}
