namespace TrendingMail.Papers.Sources.Http;

/// <summary>
/// Buffers the response body up to a limit, which applies to the decompressed size. A truncated body is reported as
/// <see cref="HttpRequestException"/>, so that the request is retried.
/// </summary>
/// <param name="limit">In bytes.</param>
public sealed class ResponseSizeLimitHandler(long limit) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            var body = new ByteArrayContent(await ReadAsync(response, request.RequestUri!, cancellationToken));
            foreach (var (name, values) in response.Content.Headers)
            {
                if (name is not "Content-Length" and not "Content-Encoding")
                {
                    body.Headers.TryAddWithoutValidation(name, values);
                }
            }

            response.Content.Dispose();
            response.Content = body;
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > limit)
        {
            throw TooLarge(address);
        }

        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var body = new MemoryStream();
            var buffer = new byte[64 << 10];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (body.Length + read > limit)
                {
                    throw TooLarge(address);
                }

                body.Write(buffer, 0, read);
            }

            return body.ToArray();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException)
        {
            // Corrupt compressed data: gzip throws InvalidDataException, Brotli InvalidOperationException.
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "the response ended prematurely", e);
        }
    }

    private TrendingMailException TooLarge(Uri address) =>
        new($"{address.Authority} sent more than {limit} bytes; the response was discarded");
}
