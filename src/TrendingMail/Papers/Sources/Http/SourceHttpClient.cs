using System.Globalization;
using System.Net;
using Polly.Timeout;

namespace TrendingMail.Papers.Sources.Http;

/// <summary>The response to a conditional GET request.</summary>
/// <param name="Body">Null if nothing changed since the last fetch (304).</param>
/// <param name="PreviousValidator">The validator of the previous response.</param>
/// <param name="ETag">Verbatim, for the next conditional request.</param>
/// <param name="LastModified">Verbatim, for the next conditional request.</param>
public sealed record SourceHttpResponse(
    Uri Address, HttpStatusCode Status, byte[]? Body, HttpValidator? PreviousValidator, string? ETag,
    string? LastModified)
{
    /// <summary>The validator to store together with the papers; null if the server sent none.</summary>
    public HttpValidator? CreateValidator(int entries) => Body is null || (ETag ?? LastModified) is null
        ? null
        : new HttpValidator(Address.AbsoluteUri, ETag, LastModified, entries);
}

/// <summary>
/// Sends conditional GET requests to one source. Follows redirects only within the same scheme and to public addresses,
/// and honors Retry-After.
/// </summary>
/// <param name="http">A client registered by <see cref="PaperHttpClients"/>.</param>
/// <param name="origin">The URL configured by the operator.</param>
/// <param name="memory">Null to disable conditional requests and pauses.</param>
public sealed class SourceHttpClient(HttpClient http, Uri origin, HttpCacheStore? memory, TimeProvider clock)
{
    private const int MaximumRedirects = 5;

    private readonly SsrfGuard guard = new(origin);

    /// <param name="subject">What is requested, for error messages.</param>
    /// <param name="allowedErrors">Error status codes whose response the caller handles.</param>
    /// <exception cref="TrendingMailException">The request failed.</exception>
    public async Task<SourceHttpResponse> GetAsync(
        Uri address, string subject, CancellationToken cancellationToken, params HttpStatusCode[] allowedErrors)
    {
        var host = address.Authority;
        if (memory is not null && await memory.FindPauseEndAsync(host, cancellationToken) is { } until)
        {
            throw new TrendingMailException(string.Create(CultureInfo.InvariantCulture,
                $"{host} accepts no requests before {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC (Retry-After)"));
        }

        var known = memory is null ? null : await memory.FindValidatorAsync(address, cancellationToken);
        try
        {
            using var response = await SendAsync(address, known, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
            {
                return new SourceHttpResponse(
                    address, response.StatusCode, null, known, known.ETag, known.LastModified);
            }

            if (!response.IsSuccessStatusCode && !allowedErrors.Contains(response.StatusCode))
            {
                throw new TrendingMailException($"{host} returned HTTP {(int)response.StatusCode} for {subject}" +
                    await PauseHostAsync(host, response, cancellationToken));
            }

            return new SourceHttpResponse(address, response.StatusCode,
                await response.Content.ReadAsByteArrayAsync(cancellationToken), known,
                response.Headers.ETag?.ToString(), Header(response, "Last-Modified"));
        }
        catch (HttpRequestException e) when (e.InnerException is TrendingMailException inner)
        {
            throw new TrendingMailException(inner.Message, e);
        }
        catch (HttpRequestException e)
        {
            throw new TrendingMailException($"{host} cannot be reached ({e.HttpRequestError}: {e.Message})", e);
        }
        catch (Exception e) when (e is TimeoutRejectedException ||
            (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TrendingMailException($"{host} timed out", e);
        }
    }

    /// <summary>
    /// The delay of the Retry-After header (RFC 9110, section 10.2.3: seconds or a date); null if absent.
    /// </summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter is { } wait ? wait.Delta ?? (wait.Date - now) : null;

    private async Task<HttpResponseMessage> SendAsync(
        Uri address, HttpValidator? known, CancellationToken cancellationToken)
    {
        var target = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            AddConditionalHeaders(request, known);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!IsRedirect(response) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            if (!Uri.TryCreate(target, location, out var next))
            {
                throw new TrendingMailException(
                    $"{address.Authority} redirects to '{location.OriginalString}', which is not a valid URL");
            }

            if (redirects == MaximumRedirects)
            {
                throw new TrendingMailException($"{address.Authority} redirected more than {MaximumRedirects} times");
            }

            CheckRedirect(address, next);
            target = next;
        }
    }

    private void CheckRedirect(Uri from, Uri to)
    {
        if (to.Scheme != from.Scheme)
        {
            throw new TrendingMailException(
                $"{from.Authority} redirects from {from.Scheme} to {to.Scheme}; redirect rejected");
        }

        // Check literal addresses here, because behind a proxy no name is resolved. Names are checked on connecting.
        if (!guard.IsOrigin(to) && (to.IsLoopback ||
            (IPAddress.TryParse(to.DnsSafeHost, out var literal) && !SsrfGuard.IsPublic(literal))))
        {
            throw new TrendingMailException(
                $"{from.Authority} redirects to {to.Host}, which is not a public address; redirect rejected");
        }
    }

    private static void AddConditionalHeaders(HttpRequestMessage request, HttpValidator? known)
    {
        if (known?.ETag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        if (known?.LastModified is { } modified)
        {
            request.Headers.TryAddWithoutValidation("If-Modified-Since", modified);
        }
    }

    private static bool IsRedirect(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.Moved
        or HttpStatusCode.Redirect or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect
        or HttpStatusCode.PermanentRedirect;

    private async Task<string> PauseHostAsync(
        string host, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (memory is null || RetryAfter(response, clock.GetUtcNow()) is not { } wait || wait <= TimeSpan.Zero)
        {
            return "";
        }

        var until = await memory.PauseAsync(host, wait, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture,
            $"; retry after {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Content.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
