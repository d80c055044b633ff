using System.CommandLine;
using System.Text;
using MimeKit;
using TrendingMail.Digests;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;
using TrendingMail.Messages;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands.Digests;

/// <summary><c>digest preview|send|status|trace</c>: what subscribers receive.</summary>
internal static class DigestCommand
{
    private static readonly Option<DateOnly?> Date = CommonOptions.Date("Date of the edition");

    private static readonly Option<EmailAddress?> As = CommonOptions.Email("--as", "Preview the digest of this subscriber");

    private static readonly Option<PreviewFormat> Format = new("--format")
    {
        Description = "html, text, or eml (the complete message)",
        DefaultValueFactory = _ => PreviewFormat.Html,
    };

    private enum PreviewFormat
    {
        Html,
        Text,
        Eml,
    }

    public static Command Create() => new("digest", "Preview, send and track digests")
    {
        CommandRun.Verb("preview", "Print the digest a subscriber would receive", [Date, As, Format], PreviewAsync),
        DigestSend.Create(),
        DigestStatus.Create(),
        DigestTrace.Create(),
    };

    private static async Task<int> PreviewAsync(CommandRun run)
    {
        var edition = await EditionCommand.FindAsync(run, run.Value(Date));
        var subscriber = run.Value(As) is { } address
            ? await run.Get<SubscriberStore>().FindAsync(address, run.Stop)
                ?? throw new TrendingMailException(
                    $"There is no subscriber {address}. Omit --as to preview a new subscriber's digest.")
            : UnsavedSubscriber(run, "subscriber@example.org");
        var mailing = Digest.MailingFor(subscriber.Preferences.Frequency == Frequency.Weekly, edition.Day);
        var composer = run.Get<DigestComposer>();
        var digest = await run.Get<DigestSelector>().SelectAsync(mailing, subscriber, run.Stop) ?? throw new TrendingMailException(
            $"{subscriber.Address} has already received every edition of {mailing.Key}.");
        using var envelope = composer.Compose(
            digest, new MessageIdentity(mailing, DeliveryId: 0, run.Get<TimeProvider>().GetUtcNow()), subscriber);
        using var stream = new MemoryStream(envelope.Message.Memory.ToArray());
        using var message = await MimeMessage.LoadAsync(stream, run.Stop);
        run.PrintRaw(run.Value(Format) switch
        {
            PreviewFormat.Text => message.TextBody!,
            PreviewFormat.Html => message.HtmlBody ?? throw new TrendingMailException(
                $"{subscriber.Address} receives plain text only; use --format text."),
            _ => Encoding.UTF8.GetString(envelope.Message.Written),
        });
        return CommandRun.Done;
    }

    /// <summary>A subscriber that is not in the database, with the default preferences of a new one.</summary>
    public static Subscriber UnsavedSubscriber(CommandRun run, string address) => new()
    {
        Id = 0,
        Address = address,
        State = SubscriberState.Active,
        LinkEpoch = 0,
        Preferences = DefaultPreferences.From(run.Get<DigestOptions>()),
        CreatedAt = run.Get<TimeProvider>().GetUtcNow(),
    };
}
