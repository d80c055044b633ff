using System.Globalization;

namespace TrendingMail.Diagnostics.BulkSenders;

/// <summary>The limits of complaint and bounce rates.</summary>
internal static class RateRule
{
    /// <summary>Below this number of digests, a rate says little, and providers do not compute it.</summary>
    private const long MinimumSent = 500;

    private const double ComplaintsGood = 0.001;

    private const double ComplaintsBad = 0.003;

    private const double BouncesGood = 0.02;

    private const double BouncesBad = 0.05;

    public static Finding JudgeComplaints(SendingState state) => Judge(
        state.Complaints, state.Sent, ComplaintsGood, ComplaintsBad,
        "complaints; Gmail and Yahoo want less than 0.1%, and never 0.3%",
        "Send to subscribers who confirmed lately, make unsubscribing easy to find, and let complaints reach the " +
        "program: enroll in the providers' feedback loops.") with
    {
        Subject = "complaint rate",
        Evidence =
        [
            "Required by Gmail, Yahoo.",
            "Gmail sends no reports of single complaints: see its Postmaster Tools for its own rate.",
        ],
    };

    public static Finding JudgeBounces(SendingState state) => Judge(
        state.Bounces, state.Sent, BouncesGood, BouncesBad, "bounces; providers slow senders down from about 2%, and " +
        "block them from about 5%", "Remove addresses that were imported without a confirmation, and let bounces " +
        "reach the program: set Mail:BounceAddress and Inbound:Mailboxes.") with
    {
        Subject = "bounce rate",
        Evidence = ["Required by Yahoo, Outlook.com (list hygiene)."],
    };

    private static Finding Judge(long count, long sent, double good, double bad, string what, string remedy)
    {
        if (sent == 0)
        {
            return Finding.Unknown($"No digest was sent in {SendingStatistics.Days} days.");
        }

        var rate = (double)count / sent;
        var facts = string.Create(CultureInfo.InvariantCulture,
            $"In {SendingStatistics.Days} days, {count} of {sent} digests ({rate:0.##%}) led to {what}.");
        return rate < good ? Finding.Good(facts)
            : sent < MinimumSent ? Finding.Warn($"{facts} So few digests say little.", remedy)
            : rate < bad ? Finding.Warn(facts, remedy) : Finding.Bad(facts, remedy);
    }
}
