using System.CommandLine;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Digests.Selection;
using TrendingMail.Messages;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands.Digests;

/// <summary><c>send-test</c>: sends a digest to one address as a test; nothing is recorded.</summary>
internal static class SendTestCommand
{
    private static readonly Argument<EmailAddress> Address = CommonOptions.Email();

    private static readonly Option<DateOnly?> Date = CommonOptions.Date("Date of the edition");

    public static Command Create() => CommandRun.Verb(
        "send-test", "Send the newest digest to one address, marked as a test", [Address, Date], RunAsync);

    private static async Task<int> RunAsync(CommandRun run)
    {
        var address = run.Value(Address);
        var edition = await EditionCommand.FindAsync(run, run.Value(Date));
        var subscriber = await run.Get<SubscriberStore>().FindAsync(address, run.Stop) ?? DigestCommand.UnsavedSubscriber(run, address.Value);
        var mailing = Digest.MailingFor(weekly: false, edition.Day);
        var digest = await run.Get<DigestSelector>().SelectAsync(mailing, subscriber, run.Stop)
            ?? throw new TrendingMailException($"There is no digest of {mailing.Key} for {address}.");
        using var envelope = run.Get<DigestComposer>().Compose(
            digest, MessageIdentity.ForTest(mailing, run.Get<TimeProvider>().GetUtcNow()), subscriber);

        var transport = run.Get<IMailTransport>();
        await using var connection = transport.CreateConnections()[0];
        var outcome = await connection.PrepareAsync(run.Stop) is { } reason
            ? new Outcome.Unreachable(reason)
            : await connection.SendAsync(envelope, run.Stop);
        if (outcome is not Outcome.Accepted accepted)
        {
            throw new TrendingMailException(
                $"The test message was not sent through {transport.Name}: {ReplyText(outcome)}");
        }

        run.Print(
            new { Address = address.Value, Day = edition.Day, envelope.MessageId, accepted.Reply },
            $"Sent the digest of {mailing.Key} to {address} through {transport.Name} as <{envelope.MessageId}>: " +
                accepted.Reply);
        return CommandRun.Done;
    }

    private static string ReplyText(Outcome outcome) => outcome switch
    {
        Outcome.Deferred deferred => deferred.Reply,
        Outcome.Rejected rejected => rejected.Reply,
        Outcome.Unreachable unreachable => unreachable.Reply,
        Outcome.Uncertain uncertain => $"{uncertain.Reply} (it may have been delivered)",
        _ => outcome.ToString(),
    };
}
