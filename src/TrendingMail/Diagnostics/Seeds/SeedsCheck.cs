namespace TrendingMail.Diagnostics.Seeds;

/// <summary>Where each provider filed the newest digest, according to the seed mailboxes.</summary>
public sealed class SeedsCheck(SeedStore store, DeliverabilityOptions options, TimeProvider clock) : IDiagnosticCheck
{
    /// <summary>How far back the newest digest may lie.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromDays(31);

    /// <summary>From this many minutes on, an arrival is slow.</summary>
    private const double SlowMinutes = 15;

    private const string Remedy =
        "See what else 'doctor --online' finds, above all SPF, DKIM and DMARC, and send less until it is fixed. The " +
        "page 'Deliverability' of the documentation lists what providers look at.";

    public string Name => "seeds";

    public CheckGroup Group => CheckGroup.Digest;

    public string Description => "where providers file the digest, according to the seed mailboxes";

    public bool NeedsNetwork => false;

    public bool GuardsReputation => false;

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Seeds.Count == 0)
        {
            return
            [
                Finding.Unknown("There are no seed mailboxes, so nobody knows where providers file the digests.",
                    "Add mailboxes of your own at large providers to Deliverability:Seeds."),
            ];
        }

        var messages = await store.ListAsync(clock.GetUtcNow() - Window, cancellationToken);
        return [.. options.Seeds.Select(seed => Judge(seed.Label, FindNewest(messages, seed)))];
    }

    /// <summary>The newest message with a result; without one, the newest.</summary>
    private static SeedMessage? FindNewest(IReadOnlyList<SeedMessage> messages, SeedOptions seed)
    {
        var own = messages.Where(message => message.Address == seed.Recipient)
            .OrderByDescending(message => message.QueuedAt).ToArray();
        return own.FirstOrDefault(message => message.Placement != Placement.Pending) ?? own.FirstOrDefault();
    }

    /// <param name="message">Null if nothing was sent to the provider.</param>
    internal static Finding Judge(string provider, SeedMessage? message) => message is null
        ? Finding.Unknown("No digest has been sent to the seed mailbox yet.").About(provider)
        : Judge(message) with { Subject = provider, Evidence = ListEvidence(message) };

    private static Finding Judge(SeedMessage message)
    {
        var digest = $"The {message.Kind} digest of {message.Key}";
        return message.Placement switch
        {
            Placement.Spam => Finding.Bad($"{digest} is in the spam folder {message.Folder}.", Remedy),
            Placement.Missing => Finding.Bad($"{digest} did not arrive{FormatDetail(message)}.", Remedy),
            Placement.Pending => Finding.Unknown(
                $"{digest} has not been found yet{FormatDetail(message)}.", "Ask again within the hour."),
            Placement.Unknown => Finding.Unknown($"It is not known where {digest} is{FormatDetail(message)}."),
            _ => JudgeArrived(message, digest),
        };
    }

    private static Finding JudgeArrived(SeedMessage message, string digest)
    {
        var arrival = SeedAlerts.FormatArrival(message);
        return message switch
        {
            { Placement: Placement.Other } => Finding.Warn(
                $"{digest} arrived {arrival} and is in the folder {message.Folder}.",
                "If no filter of the seed mailbox did that, the provider does it for subscribers too."),
            { AuthenticationResults: not null, Dmarc: not "pass" } => Finding.Warn(
                $"{digest} arrived in the inbox {arrival}, and DMARC is {message.Dmarc ?? "not evaluated"}.",
                "Publish a DMARC record for the domain of Mail:From, and let SPF or DKIM pass for that domain: " +
                "'doctor --online' shows the records to write."),
            { Minutes: > SlowMinutes } => Finding.Warn(
                $"{digest} arrived in the inbox, but only {arrival}.",
                "Look for deferrals in 'digest status' and in the log of the mail server that you send through."),
            _ => Finding.Good($"{digest} arrived in the inbox {arrival}."),
        };
    }

    private static string FormatDetail(SeedMessage message) => message.Detail is { } detail ? $": {detail}" : "";

    private static string[] ListEvidence(SeedMessage message) =>
        message.Placement is Placement.Inbox or Placement.Spam or Placement.Other
            ? [SeedAlerts.FormatVerdicts(message), .. message.AuthenticationResults?.Split('\n') ?? []]
            : [];
}
