using System.CommandLine;
using System.Globalization;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Worker.Commands.Subscribers;

/// <summary><c>suppressions list|add|remove</c>: manages suppressed addresses.</summary>
internal static class SuppressionsCommand
{
    private static readonly Argument<EmailAddress> Email = CommonOptions.Email();

    private static readonly Option<string?> Detail = new("--detail") { Description = "The reason, in your own words" };

    private static readonly Option<SuppressionReason?> Reason = new("--reason")
    {
        Description = "Only this reason: hard_bounce, soft_bounces, complaint or operator",
        HelpName = "REASON",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            foreach (var reason in Enum.GetValues<SuppressionReason>())
            {
                if (reason.ToColumn() == text)
                {
                    return reason;
                }
            }

            result.AddError($"'{text}' is not a reason; use hard_bounce, soft_bounces, complaint or operator.");
            return null;
        },
    };

    private static readonly Option<int> Limit = CommonOptions.Number(
        "--limit", "Number of suppressions to show, newest first", 100, 1, 1_000_000);

    public static Command Create() => new("suppressions", "Manage suppressed addresses")
    {
        CommandRun.Verb("list", "List suppressed addresses and the reasons", [Reason, Limit], ListAsync),
        CommandRun.Verb("add", "Suppress an address", [Email, Detail], AddAsync),
        CommandRun.Verb("remove", "Lift the suppression of an address, whatever the reason", [Email], RemoveAsync),
    };

    private static async Task<int> ListAsync(CommandRun run)
    {
        var store = run.Get<SuppressionStore>();
        var found = await store.ListAsync(run.Value(Reason), null, run.Value(Limit), run.Stop);
        var counts = await store.CountByReasonAsync(run.Stop);
        run.Print(
            new { Counts = counts.ToDictionary(c => c.Key.ToColumn(), c => c.Value), Suppressions = found },
            [
                .. found.Count == 0
                    ? ["No address is suppressed."] : ConsoleText.Table(["address", "reason", "since", "detail"],
                    found.Select(s => (string[])
                    [
                        s.Address, s.Reason.ToColumn(),
                        s.SuppressedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), s.Detail ?? "",
                    ])),
                .. found.Count < counts.Values.Sum()
                    ? [string.Join(", ", counts.Select(c => $"{c.Value} {c.Key.ToColumn()}")) + " in all."]
                    : (IEnumerable<string>)[],
            ]);
        return CommandRun.Done;
    }

    private static async Task<int> AddAsync(CommandRun run)
    {
        var address = run.Value(Email);
        var store = run.Get<SuppressionStore>();
        var added = await store.AddAsync(address, SuppressionReason.Operator, run.Value(Detail), run.Stop);
        var found = (await store.FindAsync(address, run.Stop))!;
        run.Print(found, added
            ? $"{address} is now suppressed."
            : $"{address} is already suppressed: {found.Reason.ToColumn()}.");
        return CommandRun.Done;
    }

    private static async Task<int> RemoveAsync(CommandRun run)
    {
        var address = run.Value(Email);
        if (!await run.Get<SuppressionStore>().RemoveAsync(address, run.Stop))
        {
            throw new TrendingMailException($"{address} is not suppressed. See 'suppressions list'.");
        }

        run.Print(new { Address = address.Value, Removed = true }, $"{address} is no longer suppressed.");
        return CommandRun.Done;
    }
}
