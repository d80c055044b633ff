using System.Text.Json;
using System.Text.Json.Serialization;
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

    /// <summary>Enqueues a request. The caller has to make sure that <see cref="ProcessAsync"/> runs soon.</summary>
    /// <param name="preferences">For a new subscriber; a known one keeps the existing preferences.</param>
    public Task EnqueueAsync(
        EmailAddress address, Preferences preferences, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("""
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
                session, address, preferences, new ConsentOrigin(row.Origin, row.Network) { ConsentText = row.Wording });
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
