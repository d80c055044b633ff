using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using TrendingMail.SignUp.AddressChanges;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp;

/// <summary>
/// Queue of sign-up requests from the form or the API, and of requests to change an address. Enqueuing inserts one row
/// and does the same work for every address, so that neither the response nor its timing reveals anything about the
/// address. Processing comes later.
/// </summary>
public sealed class SignUpRequestQueue(
    Database database, SignUpFlow flow, AddressChangeFlow changes, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Holds at most one signal: the requests themselves are in the database.</summary>
    private readonly Channel<bool> enqueued = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Enqueues a request, which <see cref="ProcessAsync"/> processes later.</summary>
    /// <param name="preferences">For a new subscriber; a known one keeps the existing preferences.</param>
    public Task EnqueueAsync(
        EmailAddress address, Preferences preferences, ConsentOrigin consentOrigin,
        CancellationToken cancellationToken) =>
        EnqueueAsync(address, JsonSerializer.Serialize(preferences, Json), null, consentOrigin, cancellationToken);

    /// <summary>Enqueues a request to change a subscriber's address.</summary>
    public Task EnqueueAsync(
        Subscriber subscriber, EmailAddress newAddress, ConsentOrigin consentOrigin,
        CancellationToken cancellationToken) =>
        EnqueueAsync(newAddress, "", subscriber.Id, consentOrigin, cancellationToken);

    /// <summary>Waits until this process enqueues a request, or until the timeout.</summary>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await enqueued.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The timeout.
        }
    }

    /// <summary>Processes all queued requests, each in one transaction with its removal.</summary>
    /// <returns>The number of requests processed.</returns>
    public async Task<int> ProcessAsync(CancellationToken cancellationToken)
    {
        for (var count = 0; ; count++)
        {
            if (!await database.ReadAsync(session => session.SingleAsync<bool>(
                    "SELECT EXISTS (SELECT 1 FROM sign_up_requests)"), cancellationToken) ||
                !await database.WriteAsync(ProcessNextAsync, cancellationToken))
            {
                return count;
            }
        }
    }

    /// <summary>Deletes the queued requests of an address that is erased.</summary>
    internal static Task DeleteAsync(Session session, EmailAddress address) =>
        session.ExecuteAsync("DELETE FROM sign_up_requests WHERE address = @Value", new { address.Value });

    private async Task EnqueueAsync(
        EmailAddress address, string preferences, long? subscriberId, ConsentOrigin consentOrigin,
        CancellationToken cancellationToken)
    {
        await database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO sign_up_requests (address, preferences, subscriber_id, origin, network, wording, requested_at)
            VALUES (@Value, @preferences, @subscriberId, @Name, @Network, @ConsentText, @now)
            """, new
        {
            address.Value,
            preferences,
            subscriberId,
            consentOrigin.Name,
            consentOrigin.Network,
            consentOrigin.ConsentText,
            now = clock.GetUtcNow(),
        }), cancellationToken);
        enqueued.Writer.TryWrite(true);
    }

    private async Task<bool> ProcessNextAsync(Session session)
    {
        if (await session.FirstOrDefaultAsync<Row>("""
            DELETE FROM sign_up_requests
            WHERE id = (SELECT MIN(id) FROM sign_up_requests)
            RETURNING address, preferences, subscriber_id, origin, network, wording
            """) is not { } row)
        {
            return false;
        }

        if (!EmailAddress.TryParse(row.Address, out var address, out _))
        {
            return true;
        }

        var consentOrigin = new ConsentOrigin(row.Origin, row.Network) { ConsentText = row.Wording };
        if (row.SubscriberId is { } subscriberId)
        {
            await changes.RequestAsync(session, subscriberId, address, consentOrigin);
        }
        else
        {
            var preferences = JsonSerializer.Deserialize<Preferences>(row.Preferences, Json)!;
            await flow.RequestAsync(session, address, preferences, consentOrigin);
        }

        return true;
    }

    private sealed record Row
    {
        public required string Address { get; init; }

        public required string Preferences { get; init; }

        /// <summary>Whose address is to change; null for a sign-up.</summary>
        public long? SubscriberId { get; init; }

        public required string Origin { get; init; }

        public string? Network { get; init; }

        public string? Wording { get; init; }
    }
}
