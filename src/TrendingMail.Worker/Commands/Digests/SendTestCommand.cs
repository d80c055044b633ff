using System.CommandLine;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Subscribers.Addresses;

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
        var transport = run.Get<IMailTransport>().Name;
        switch (await run.Get<TestDigestSender>().SendAsync(edition, address, run.Stop))
        {
            case TestSendResult.Sent sent:
                run.Print(
                    new { Address = address.Value, Day = edition.Day, sent.MessageId, sent.Reply },
                    $"Sent the digest of {sent.Mailing.Key} to {address} through {transport} as <{sent.MessageId}>: " +
                        sent.Reply);
                return CommandRun.Done;
            case TestSendResult.NotSent notSent:
                throw new TrendingMailException(
                    $"The test message was not sent through {transport}: {ReplyText(notSent.Outcome)}");
            case TestSendResult.NothingToSend nothing:
                throw new TrendingMailException($"There is no digest of {nothing.Mailing.Key} for {address}.");
            case var other:
                throw new InvalidOperationException($"Unknown result {other}.");
        }
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
