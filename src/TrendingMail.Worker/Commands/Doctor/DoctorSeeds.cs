using System.CommandLine;
using System.Globalization;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Storage;

namespace TrendingMail.Worker.Commands.Doctor;

/// <summary><c>doctor seeds</c>: where providers filed the digests of the last days.</summary>
internal static class DoctorSeeds
{
    private const string CheckName = "seeds";

    private static readonly string[] Header =
        ["digest", "provider", "placed in", "minutes", "SPF", "DKIM", "DMARC", "remark"];

    private static readonly Option<int> Days =
        CommonOptions.Number("--days", "Days to show", defaultValue: 7, minimum: 1, maximum: 400);

    public static Command Create() => CommandRun.Verb(
        CheckName, "Show where providers filed the digests, according to the seed mailboxes", [Days], RunAsync);

    private static async Task<int> RunAsync(CommandRun run)
    {
        // The check has the same name: after another check's, it is meant.
        if (DoctorCommand.GetNames(run) is { Length: > 0 } names)
        {
            return await DoctorCommand.RunAsync(run, [.. names, CheckName]);
        }

        var since = run.Get<TimeProvider>().GetUtcNow().AddDays(-run.Value(Days));
        var messages = await run.Get<SeedStore>().ListAsync(since, run.Stop);
        var result = await run.Get<Diagnostics.Doctor>().RunAsync(
            run.Get<Diagnostics.Doctor>().Select([CheckName])[0], isOnline: false, run.Stop);
        run.Print(
            new { Messages = messages.Select(DescribeJson), Findings = DoctorCommand.DescribeJson(result) },
            [.. FormatTable(messages), "", .. DoctorText.Format([result])]);
        return result.IsBad ? CommandRun.Failed : CommandRun.Done;
    }

    private static object DescribeJson(SeedMessage message) => new
    {
        message.Kind,
        Day = message.Key,
        message.Provider,
        message.Address,
        message.Placement,
        message.Folder,
        message.Minutes,
        message.Spf,
        message.Dkim,
        message.Dmarc,
        message.AuthenticationResults,
        message.State,
        message.QueuedAt,
        message.HandedOverAt,
        message.ArrivedAt,
        message.Server,
        message.Reply,
        message.MessageId,
        message.Detail,
    };

    private static IEnumerable<string> FormatTable(IReadOnlyList<SeedMessage> messages)
    {
        if (messages.Count == 0)
        {
            return ["No digest was sent to a seed mailbox in these days."];
        }

        string[][] rows = [Header, .. messages.Select(FormatRow)];
        var widths = Header.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row =>
            string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static string[] FormatRow(SeedMessage message) =>
    [
        $"{message.Kind} {message.Key}",
        message.Provider,
        FormatPlacement(message),
        message.Minutes?.ToString("0.#", CultureInfo.InvariantCulture) ?? "",
        message.Spf ?? "",
        message.Dkim ?? "",
        message.Dmarc ?? "",
        FormatRemark(message),
    ];

    private static string FormatRemark(SeedMessage message) =>
        message.Detail ??
        (message.Placement == Placement.Missing ? $"{message.Server} accepted it: {message.Reply}" : "");

    private static string FormatPlacement(SeedMessage message) => message.Placement switch
    {
        Placement.Spam => $"spam folder {message.Folder}",
        Placement.Other => $"other folder {message.Folder}",
        Placement.Missing => "not arrived",
        Placement.Pending when message.HandedOverAt is null => "waiting",
        Placement.Pending => "not found yet",
        var placement => placement.ToColumn(),
    };
}
