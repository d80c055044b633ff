using System.CommandLine;
using System.Text;
using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands;

/// <summary><c>digest preview|send|status|trace</c>: what readers get.</summary>
internal static class DigestCommand
{
    private static readonly Option<DateOnly?> Date = Options.Date("The edition's day");

    private static readonly Option<EmailAddress?> As = Options.Email("--as", "As this reader would get it");

    private static readonly Option<PreviewFormat> Format = new("--format")
    {
        Description = "html, text, or eml for the whole message",
        DefaultValueFactory = _ => PreviewFormat.Html,
    };

    private enum PreviewFormat
    {
        Html,
        Text,
        Eml,
    }

    public static Command Create() => new("digest", "Preview, send and follow digests")
    {
        CommandRun.Verb("preview", "Print the digest that a reader would get", [Date, As, Format], PreviewAsync),
        DigestSend.Create(),
        DigestStatus.Create(),
        DigestTrace.Create(),
    };

    private static async Task<int> PreviewAsync(CommandRun run)
    {
        var edition = await EditionCommand.FindAsync(run, run.Value(Date));
        var reader = run.Value(As) is { } address
            ? await run.Get<SubscriberStore>().FindAsync(address, run.Stop)
                ?? throw new TrendingMailException($"There is no reader {address}. Leave --as away for a reader of no name.")
            : Nobody(run, "reader@example.org");
        var mailing = Digest.MailingOf(reader.Preferences.Frequency == Frequency.Weekly, edition.Day);
        var composer = run.Get<DigestComposer>();
        var digest = await run.Get<DigestDesk>().FindAsync(mailing, reader, run.Stop) ?? throw new TrendingMailException(
            $"{reader.Address} has had every edition of {mailing.Key} already.");
        var now = run.Get<TimeProvider>().GetUtcNow();
        using var envelope = composer.Compose(digest, reader, new ClaimedDelivery
        {
            Id = 0, Kind = mailing.Kind, Key = mailing.Key, SubscriberId = reader.Id, Attempts = 1, QueuedAt = now, ExpiresAt = now,
        });
        using var stream = new MemoryStream(envelope.Message.Memory.ToArray());
        using var message = await MimeMessage.LoadAsync(stream, run.Stop);
        run.PrintRaw(run.Value(Format) switch
        {
            PreviewFormat.Text => message.TextBody!,
            PreviewFormat.Html => message.HtmlBody ?? throw new TrendingMailException(
                $"{reader.Address} gets text only; give --format text."),
            _ => Encoding.UTF8.GetString(envelope.Message.Written),
        });
        return CommandRun.Done;
    }

    /// <summary>A reader who is none, with everything as it is for a new one.</summary>
    public static Subscriber Nobody(CommandRun run, string address) => new()
    {
        Id = 0,
        Address = address,
        State = SubscriberState.Active,
        LinkEpoch = 0,
        Preferences = DefaultPreferences.Of(run.Get<DigestOptions>()),
        CreatedAt = run.Get<TimeProvider>().GetUtcNow(),
    };
}
