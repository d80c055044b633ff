using TrendingMail.Delivery;
using TrendingMail.Delivery.Hold;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;
using TrendingMail.Messages;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Digests;

/// <summary>The outcome of sending a test digest.</summary>
public abstract record TestSendResult
{
    public sealed record Sent(Mailing Mailing, string MessageId, string Reply) : TestSendResult;

    public sealed record NotSent(Outcome Outcome) : TestSendResult;

    /// <summary>The address would get no digest of the mailing.</summary>
    public sealed record NothingToSend(Mailing Mailing) : TestSendResult;
}

/// <summary>Sends a digest to one address, marked as a test, past the queue; nothing is recorded.</summary>
public sealed class TestDigestSender(
    SubscriberStore subscribers, DigestSelector selector, DigestComposer composer, IMailTransport transport,
    DigestOptions options, HoldStore hold, TimeProvider clock)
{
    /// <param name="address">A subscriber's address, or any other to receive what a new subscriber would.</param>
    /// <exception cref="TrendingMailException">Delivery is on hold.</exception>
    public async Task<TestSendResult> SendAsync(
        Edition edition, EmailAddress address, CancellationToken cancellationToken)
    {
        await hold.RequireNoneAsync(cancellationToken);
        var subscriber = await subscribers.FindAsync(address, cancellationToken)
            ?? DefaultPreferences.UnsavedSubscriber(address.Value, options, clock.GetUtcNow());
        var mailing = Digest.MailingFor(weekly: false, edition.Day);
        if (await selector.SelectAsync(mailing, subscriber, cancellationToken) is not { } digest)
        {
            return new TestSendResult.NothingToSend(mailing);
        }

        using var envelope = composer.Compose(
            digest, MessageIdentity.ForTest(mailing, clock.GetUtcNow()), subscriber);
        return await SendAsync(envelope, cancellationToken) switch
        {
            Outcome.Accepted accepted => new TestSendResult.Sent(mailing, envelope.MessageId, accepted.Reply),
            var outcome => new TestSendResult.NotSent(outcome),
        };
    }

    private async Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        await using var connection = transport.CreateConnections()[0];
        return await connection.PrepareAsync(cancellationToken) is { } reason
            ? new Outcome.Unreachable(reason)
            : await connection.SendAsync(envelope, cancellationToken);
    }
}
