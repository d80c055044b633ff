using System.Net;
using System.Net.Http.Headers;
using System.Text;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Inbound;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Webhooks;

/// <summary>Shared set-up for webhook tests: a provider, subscribers with a delivery, and return paths.</summary>
public abstract class WebhookTests : WebTests
{
    protected const string Ada = "ada@shop.example";

    protected WebhookTests(PostgreSqlFixture? postgres)
        : base(postgres) => BounceAddress = "bounces@papers.example.org";

    /// <summary>Adds a subscriber with one sent delivery.</summary>
    protected async Task<(Subscriber Subscriber, long Delivery)> AddSubscriberWithDeliveryAsync(string address = Ada)
    {
        var subscriber = await AddSubscriberAsync(address);
        var delivery = await Get<Database>().ReadAsync(session => session.SingleAsync<long>(
            "SELECT MAX(id) FROM deliveries WHERE subscriber_id = @Id", new { subscriber.Id }), Stop);
        await Get<DeliveryDispatcher>().DispatchAsync(null, Stop);
        return (subscriber, delivery);
    }

    protected string ReturnPathFor(long delivery) => Get<ReturnPath>().For(delivery);

    protected async Task<string> PostToAsync(
        string provider, HttpStatusCode status, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/{provider}")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.Equal((provider, status, text), (provider, response.StatusCode, text));
        return text;
    }

    protected async Task<SuppressionReason?> FindSuppressionAsync(string address) =>
        (await FindSubscriberAsync(address))!.Suppression;

    protected Task<int> CountAsync(string table) =>
        Get<Database>().ReadAsync(session => session.SingleAsync<int>($"SELECT COUNT(*) FROM {table}"), Stop);

    /// <summary>The actions taken on a subscriber, oldest first, as shown by <c>digest trace</c>.</summary>
    protected async Task<string[]> ListInboundActionsAsync(long subscriberId) =>
        [.. (await Get<SubscriberTrace>().LoadAsync(subscriberId, null, Stop))
            .Where(entry => entry.What.StartsWith("inbound", StringComparison.Ordinal))
            .Select(entry => $"{entry.What["inbound: ".Length..]}: {entry.Detail}")];

    protected string UnixSeconds(TimeSpan ago = default) =>
        (Clock.GetUtcNow() - ago).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
}
