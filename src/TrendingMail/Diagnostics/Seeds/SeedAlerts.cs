using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>
/// Alerts the operator to a digest that went to spam or did not arrive, once for each mailing and provider.
/// </summary>
public sealed class SeedAlerts(OperatorAlerts alerts)
{
    private const string Remedy =
        "Subscribers there probably meet the same. Run 'doctor --online' to see what would keep mail from the inbox, " +
        "and 'doctor seeds' for the results of all seed mailboxes.";

    /// <summary>Raises the alert of a result, if it needs one, in the transaction that records it.</summary>
    internal Task RaiseAsync(Session session, SeedMessage message) =>
        Describe(message) is var (subject, text)
            ? alerts.RaiseAsync(
                session, $"seed-{message.Kind}-{message.Key}-{message.Provider}", subject, text)
            : Task.CompletedTask;

    /// <returns>Null if the result needs no alert.</returns>
    internal static (string Subject, string Text)? Describe(SeedMessage message)
    {
        var digest = $"The {message.Kind} digest of {message.Key}";
        var copy = $"The copy for the seed mailbox {EmailAddress.Mask(message.Address)}";
        return message.Placement switch
        {
            Placement.Spam => (
                $"{digest} went to spam at {message.Provider}",
                $"{copy} arrived {FormatArrival(message)} and is in the folder {message.Folder}. " +
                $"{FormatVerdicts(message)} {Remedy}"),
            Placement.Missing when message.State != DeliveryState.Sent => (
                $"{digest} was rejected by {message.Provider}", $"{copy} was not accepted: {message.Detail}. {Remedy}"),
            Placement.Missing => (
                $"{digest} did not arrive at {message.Provider}",
                $"{copy} was accepted by {message.Server} ({message.Reply}) and is in no folder an hour later. " +
                Remedy),
            _ => null,
        };
    }

    /// <summary>Such as <c>after 2.5 minutes</c>, counted from the hand-over.</summary>
    internal static string FormatArrival(SeedMessage message) => message.Minutes switch
    {
        null => "at an unknown time",
        < 1 => "within a minute",
        1 => "after a minute",
        var minutes => string.Create(CultureInfo.InvariantCulture, $"after {minutes} minutes"),
    };

    /// <summary>Such as <c>SPF pass, DKIM fail, DMARC none.</c></summary>
    internal static string FormatVerdicts(SeedMessage message) => message.AuthenticationResults is null
        ? "The provider added no Authentication-Results."
        : $"SPF {message.Spf ?? "none"}, DKIM {message.Dkim ?? "none"}, DMARC {message.Dmarc ?? "none"}.";
}
