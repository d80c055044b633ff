using System.Globalization;
using System.Net;
using Polly.Timeout;

namespace TrendingMail.Papers.Http;

/// <summary>What a server answered.</summary>
/// <param name="Body">Null where nothing changed since the last look (304).</param>
/// <param name="Known">What was remembered of the last answer.</param>
/// <param name="ETag">As the server spells it, for the next look.</param>
/// <param name="LastModified">As the server spells it, for the next look.</param>
public sealed record WebAnswer(
    Uri Address, HttpStatusCode Status, byte[]? Body, Validator? Known, string? ETag, string? LastModified)
{
    /// <summary>What to remember once the entries of this answer are kept; null where the server gave nothing to go by.</summary>
    public Validator? Validator(int entries) => Body is null || (ETag ?? LastModified) is null
        ? null
        : new Validator(Address.AbsoluteUri, ETag, LastModified, entries);
}

/// <summary>
/// Asks one source by GET: only what changed, redirects only to the same scheme and never into a private network, and not
/// while the server wants to be left alone.
/// </summary>
/// <param name="http">A client of <see cref="PaperClients"/>.</param>
/// <param name="home">The operator's address.</param>
/// <param name="memory">Null to remember nothing.</param>
public sealed class WebReader(HttpClient http, Uri home, HttpMemory? memory, TimeProvider clock)
{
    private const int MaximumRedirects = 5;

    private readonly AddressGuard guard = new(home);

    /// <param name="subject">What is asked for, for messages.</param>
    /// <param name="readable">Other statuses than success whose body the caller reads.</param>
    /// <exception cref="TrendingMailException">There is no answer, or none that can be read.</exception>
    public async Task<WebAnswer> GetAsync(
        Uri address, string subject, CancellationToken cancellationToken, params HttpStatusCode[] readable)
    {
        var host = address.Authority;
        if (memory is not null && await memory.PausedUntilAsync(host, cancellationToken) is { } until)
        {
            throw new TrendingMailException(string.Create(CultureInfo.InvariantCulture,
                $"{host} asked not to be asked before {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
        }

        var known = memory is null ? null : await memory.ValidatorAsync(address, cancellationToken);
        try
        {
            using var response = await FollowAsync(address, known, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
            {
                return new WebAnswer(address, response.StatusCode, null, known, known.ETag, known.LastModified);
            }

            if (!response.IsSuccessStatusCode && !readable.Contains(response.StatusCode))
            {
                throw new TrendingMailException($"{host} answered HTTP {(int)response.StatusCode} for {subject}" +
                    await PauseAsync(host, response, cancellationToken));
            }

            return new WebAnswer(address, response.StatusCode,
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
            throw new TrendingMailException($"{host} did not answer in time", e);
        }
    }

    /// <summary>How long a server asks to wait (RFC 9110, section 10.2.3: seconds or a date); null where it does not.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter is { } wait ? wait.Delta ?? (wait.Date - now) : null;

    private async Task<HttpResponseMessage> FollowAsync(
        Uri address, Validator? known, CancellationToken cancellationToken)
    {
        var target = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            AddConditions(request, known);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!IsRedirect(response) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            if (!Uri.TryCreate(target, location, out var next))
            {
                throw new TrendingMailException($"{address.Authority} redirects to '{location.OriginalString}', which is no address");
            }

            if (redirects == MaximumRedirects)
            {
                throw new TrendingMailException($"{address.Authority} redirects more than {MaximumRedirects} times");
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
                $"{from.Authority} redirects from {from.Scheme} to {to.Scheme}, which is not followed");
        }

        // A literal address needs no look-up, and would slip by behind a proxy; names are checked as they are connected.
        if (!guard.IsHome(to) && (to.IsLoopback ||
            (IPAddress.TryParse(to.DnsSafeHost, out var literal) && !AddressGuard.IsPublic(literal))))
        {
            throw new TrendingMailException(
                $"{from.Authority} redirects to {to.Host}, which is no public address; that is not followed");
        }
    }

    private static void AddConditions(HttpRequestMessage request, Validator? known)
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

    private async Task<string> PauseAsync(string host, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (memory is null || RetryAfter(response, clock.GetUtcNow()) is not { } wait || wait <= TimeSpan.Zero)
        {
            return "";
        }

        var until = await memory.PauseAsync(host, wait, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture,
            $" and asks to wait until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Content.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
