using System.CommandLine;
using TrendingMail.Digests;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Worker.Commands.Digests;

/// <summary><c>digest preview|send|status|trace|release</c>: what subscribers receive.</summary>
internal static class DigestCommand
{
    private static readonly Option<DateOnly?> Date = CommonOptions.Date("Date of the edition");

    private static readonly Option<EmailAddress?> As = CommonOptions.Email(
        "--as", "Preview the digest of this subscriber");

    private static readonly Option<PreviewFormat> FormatOption = CommonOptions.Choice<PreviewFormat>(
        "--format", "html, text, or eml (the complete message)");

    private enum PreviewFormat
    {
        Html,
        Text,
        Eml,
    }

    public static Command Create() => new("digest", "Preview, send and track digests")
    {
        CommandRun.Verb(
            "preview", "Print the digest a subscriber would receive", [Date, As, FormatOption], PreviewAsync),
        DigestSend.Create(),
        DigestStatus.Create(),
        DigestTrace.Create(),
        DigestRelease.Create(),
    };

    private static async Task<int> PreviewAsync(CommandRun run)
    {
        var edition = await EditionCommand.FindAsync(run, run.Value(Date));
        var result = await run.Get<DigestPreviewer>().PreviewAsync(edition, run.Value(As), run.Stop);
        run.PrintRaw(result switch
        {
            PreviewResult.Composed preview => Format(preview, run.Value(FormatOption)),
            PreviewResult.NothingToSend nothing => throw new TrendingMailException(
                $"{nothing.Subscriber.Address} has already received every edition of {nothing.Mailing.Key}."),
            _ => throw new TrendingMailException(
                $"There is no subscriber {run.Value(As)}. Omit --as to preview a new subscriber's digest."),
        });
        return CommandRun.Done;
    }

    private static string Format(PreviewResult.Composed preview, PreviewFormat format) => format switch
    {
        PreviewFormat.Text => preview.Text,
        PreviewFormat.Html => preview.Html ?? throw new TrendingMailException(
            $"{preview.Subscriber.Address} receives plain text only; use --format text."),
        _ => preview.Source,
    };
}
