using System.CommandLine;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands;

/// <summary><c>send-test</c>: the newest digest to one address, the way that digests go, and counted nowhere.</summary>
internal static class SendTestCommand
{
    private static readonly Argument<EmailAddress> Address = Options.Email();

    private static readonly Option<DateOnly?> Date = Options.Date("The edition's day");

    public static Command Create() => CommandRun.Verb(
        "send-test", "Send the newest digest to one address, marked as a test", [Address, Date], RunAsync);

    private static async Task<int> RunAsync(CommandRun run)
    {
        var address = run.Value(Address);
        var edition = await EditionCommand.FindAsync(run, run.Value(Date));
        var reader = await run.Get<SubscriberStore>().FindAsync(address, run.Stop) ?? DigestCommand.Nobody(run, address.Value);
        var mailing = Digest.MailingOf(weekly: false, edition.Day);
        var digest = await run.Get<DigestDesk>().FindAsync(mailing, reader, run.Stop)
            ?? throw new TrendingMailException($"The edition of {mailing.Key} has no digest for {address}.");
        using var envelope = run.Get<TestDigest>().Compose(digest, mailing, reader);

        var transport = run.Get<IMailTransport>();
        await using var lane = transport.OpenLanes()[0];
        var outcome = await lane.ReadyAsync(run.Stop) is { } reason
            ? new Outcome.Unreachable(reason)
            : await lane.SendAsync(envelope, run.Stop);
        if (outcome is not Outcome.Accepted accepted)
        {
            throw new TrendingMailException($"The test did not arrive through {transport.Name}: {Words(outcome)}");
        }

        run.Print(
            new { Address = address.Value, Day = edition.Day, envelope.MessageId, accepted.Reply },
            $"The digest of {mailing.Key} went to {address} through {transport.Name} as <{envelope.MessageId}>: {accepted.Reply}");
        return CommandRun.Done;
    }

    private static string Words(Outcome outcome) => outcome switch
    {
        Outcome.Deferred deferred => deferred.Reply,
        Outcome.Refused refused => refused.Reply,
        Outcome.Unreachable unreachable => unreachable.Reply,
        Outcome.Uncertain uncertain => $"{uncertain.Reply} (it may have)",
        _ => outcome.ToString(),
    };
}
