using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Templates;

namespace TrendingMail.Diagnostics.Identity;

/// <summary>Whether alerts and questions reach an operator.</summary>
internal sealed class ContactCheck(
    SiteOptions site, MailOptions mail, SuppressionStore suppressions, Database database, TimeProvider clock)
    : DiagnosticCheck(CheckGroup.Identity, "contact", "whether mail to the contact person arrives")
{
    private const string Remedy = "Set Site:Contact to a mailbox that an operator reads.";

    /// <summary>How long an alert may wait for its server.</summary>
    private static readonly TimeSpan AlertLimit = TimeSpan.FromHours(1);

    public override async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (InternetHost.IsThisMachine(site.Contact[(site.Contact.LastIndexOf('@') + 1)..]))
        {
            var text = $"Questions and alerts go to {site.Contact}, which other servers cannot reach.";
            return [mail.Transport == TransportKind.Smtp ? Finding.Bad(text, Remedy) : Finding.Warn(text, Remedy)];
        }

        if (EmailAddress.TryParse(site.Contact, out var address, out _) &&
            await suppressions.FindAsync(address, cancellationToken) is { } suppression)
        {
            return [Finding.Bad($"Mail to {site.Contact} came back: it is suppressed " +
                $"({suppression.Reason.ToColumn()}).", Remedy).Citing(suppression.Detail ?? "")];
        }

        var waiting = await database.ReadAsync(
            session => OperatorAlerts.CountUnsentAsync(session, clock.GetUtcNow() - AlertLimit), cancellationToken);
        return [waiting > 0
            ? Finding.Warn($"{waiting} alerts to {site.Contact} wait since more than an hour.",
                "Make sure that the program runs and can reach its mail server.")
            : Finding.Good($"Alerts and questions go to {site.Contact}.")];
    }
}
