using System.Text.Json;
using System.Text.Json.Serialization;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>
/// Wishes to subscribe an address, from the form, by program or by mail. Taking one in is one row and the same work for
/// every address, so that neither the answer nor its time tells what is known about it; the rest comes afterwards.
/// </summary>
public sealed class SignUpRequests(Database database, SignUpFlow flow, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Takes a wish in. Whoever calls sees to it that <see cref="AnswerAsync"/> runs soon.</summary>
    /// <param name="preferences">What a new reader starts with; a known one keeps what was chosen.</param>
    public Task AskAsync(
        EmailAddress address, Preferences preferences, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO sign_up_requests (address, preferences, origin, network, wording, asked_at)
            VALUES (@Value, @chosen, @Name, @Network, @Wording, @now)
            """, new
        {
            address.Value,
            chosen = JsonSerializer.Serialize(preferences, Json),
            origin.Name,
            origin.Network,
            origin.Wording,
            now = clock.GetUtcNow(),
        }), cancellationToken);

    /// <summary>Does what the wishes that wait ask for, each in one transaction with its removal.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> AnswerAsync(CancellationToken cancellationToken)
    {
        for (var count = 0; ; count++)
        {
            if (!await database.ReadAsync(session => session.SingleAsync<bool>(
                    "SELECT EXISTS (SELECT 1 FROM sign_up_requests)"), cancellationToken) ||
                !await database.WriteAsync(AnswerNextAsync, cancellationToken))
            {
                return count;
            }
        }
    }

    private async Task<bool> AnswerNextAsync(Session session)
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
                session, address, preferences, new Origin(row.Origin, row.Network) { Wording = row.Wording });
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
