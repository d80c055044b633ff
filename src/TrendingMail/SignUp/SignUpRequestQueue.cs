using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>
/// Queue of sign-up requests from the form, the API or mail. Enqueuing inserts one row and does the same work for every
/// address, so that neither the response nor its timing reveals anything about the address. Processing comes later.
/// </summary>
public sealed class SignUpRequestQueue(Database database, SignUpFlow flow, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Holds at most one signal: the requests themselves are in the database.</summary>
    private readonly Channel<bool> enqueued = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Enqueues a request, which <see cref="ProcessAsync"/> processes later.</summary>
    /// <param name="preferences">For a new subscriber; a known one keeps the existing preferences.</param>
    public async Task EnqueueAsync(
        EmailAddress address, Preferences preferences, ConsentOrigin consentOrigin, CancellationToken cancellationToken)
    {
        await database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO sign_up_requests (address, preferences, origin, network, wording, requested_at)
            VALUES (@Value, @chosen, @Name, @Network, @ConsentText, @now)
            """, new
        {
            address.Value,
            chosen = JsonSerializer.Serialize(preferences, Json),
            consentOrigin.Name,
            consentOrigin.Network,
            consentOrigin.ConsentText,
            now = clock.GetUtcNow(),
        }), cancellationToken);
        enqueued.Writer.TryWrite(true);
    }

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

    private async Task<bool> ProcessNextAsync(Session session)
    {
        if (await session.FirstOrDefaultAsync<Row>("""
            DELETE FROM sign_up_requests
            WHERE id = (SELECT MIN(id) FROM sign_up_requests)
            RETURNING address, preferences, origin, network, wording
            """) is not { } row)
        {
            return false;
        }

        if (EmailAddress.TryParse(row.Address, out var address, out _))
        {
            var preferences = JsonSerializer.Deserialize<Preferences>(row.Preferences, Json)!;
            await flow.RequestAsync(
                session, address, preferences,
                new ConsentOrigin(row.Origin, row.Network) { ConsentText = row.Wording });
        }

        return true;
    }

    private sealed record Row
    {
        public required string Address { get; init; }

        public required string Preferences { get; init; }

        public required string Origin { get; init; }

        public string? Network { get; init; }

        public string? Wording { get; init; }
    }
}
