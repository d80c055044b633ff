using System.Net;
using System.Net.Http.Headers;
using System.Text;
using TrendingMail.Delivery;
using TrendingMail.Inbound;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Webhooks;

/// <summary>A provider that posts, a reader to whom a mail has gone, and return paths of our own.</summary>
public abstract class WebhookTests : WebTests
{
    protected const string Ada = "ada@shop.example";

    protected WebhookTests(PostgreSqlFixture? postgres)
        : base(postgres) => BounceAddress = "bounces@papers.example.org";

    /// <summary>A reader to whom one mail has gone.</summary>
    protected async Task<(Subscriber Reader, long Delivery)> SentAsync(string address = Ada)
    {
        var reader = await AddReaderAsync(address);
        var delivery = await Get<Database>().ReadAsync(session => session.SingleAsync<long>(
            "SELECT MAX(id) FROM deliveries WHERE subscriber_id = @Id", new { reader.Id }), Stop);
        await Get<DeliveryPump>().DrainAsync(null, Stop);
        return (reader, delivery);
    }

    protected string ReturnPathOf(long delivery) => Get<ReturnPath>().For(delivery);

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

        using var response = await Browser.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.Equal((provider, status, text), (provider, response.StatusCode, text));
        return text;
    }

    protected async Task<SuppressionReason?> SuppressionOfAsync(string address) => (await ReaderAsync(address))!.Suppression;

    protected Task<int> CountAsync(string table) =>
        Get<Database>().ReadAsync(session => session.SingleAsync<int>($"SELECT COUNT(*) FROM {table}"), Stop);

    /// <summary>What was done about a reader, oldest first, as <c>digest trace</c> tells it.</summary>
    protected async Task<string[]> CameBackAsync(long subscriberId) =>
        [.. (await Get<ReaderTrace>().OfAsync(subscriberId, null, Stop))
            .Where(entry => entry.What.StartsWith("came back", StringComparison.Ordinal))
            .Select(entry => $"{entry.What["came back: ".Length..]}: {entry.Detail}")];

    protected string Seconds(TimeSpan ago = default) =>
        (Clock.GetUtcNow() - ago).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
}
