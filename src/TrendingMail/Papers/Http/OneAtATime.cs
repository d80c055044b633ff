namespace TrendingMail.Papers.Http;

/// <summary>Sends each request, the repeated ones too, in its turn; see <see cref="RequestSlots"/>.</summary>
public sealed class OneAtATime(RequestSlots slots, string service, TimeSpan pause) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await using var turn = await slots.TakeAsync(service, pause, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
