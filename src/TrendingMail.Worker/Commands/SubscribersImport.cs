using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using TrendingMail.Editions;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Import;

namespace TrendingMail.Worker.Commands;

/// <summary><c>subscribers import</c>: takes a list in.</summary>
internal static class SubscribersImport
{
    /// <summary>What is looked at of each end of a file to tell it from another.</summary>
    private const int Sample = 1 << 20;

    private static readonly Argument<string> File = new("FILE")
    {
        Description = "CSV, or JSON Lines (.jsonl); - for standard input. Exports of this program, listmonk and Mailchimp are recognised",
    };

    private static readonly Option<string[]> Map = new("--map")
    {
        Description = $"Says what a column means, as column=field; fields: {string.Join(", ", ListColumns.FieldNames)}",
        HelpName = "column=field",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<bool> Confirmed = new("--confirmed")
    {
        Description = "You answer for the consent of those of whom the list does not show it; without it they are asked by mail",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Look and count, and change nothing" };

    private static readonly Option<string?> Rejects = new("--rejects")
    {
        Description = "A CSV file for the lines that are not taken, with their reasons (else they are told on standard error)",
        HelpName = "FILE",
    };

    private static readonly Option<bool> IsJson = new("--jsonl") { Description = "The file is JSON Lines, whatever its name" };

    public static Command Create()
    {
        Map.Validators.Add(result =>
        {
            foreach (var pair in result.Tokens.Select(token => token.Value).Where(pair => FieldOf(pair) is null))
            {
                result.AddError($"--map '{pair}' is not column=field; fields are {string.Join(", ", ListColumns.FieldNames)}.");
            }
        });
        return CommandRun.Verb("import", "Take a list in, which never undoes an opt-out or a suppression",
            [File, Map, Confirmed, DryRun, Rejects, IsJson], RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run)
    {
        var path = run.Value(File);
        var map = MapOf(run);
        var isJson = run.Value(IsJson) || Path.GetExtension(path).ToLowerInvariant() is ".jsonl" or ".ndjson" or ".json";
        await using var stream = Open(path);
        var total = stream.CanSeek ? stream.Length : 0;
        var options = new ImportOptions
        {
            Defaults = DefaultPreferences.Of(run.Get<DigestOptions>()),
            Name = path == "-" ? "standard input" : Path.GetFileName(path),
            Confirmed = run.Value(Confirmed),
            DryRun = run.Value(DryRun),
            Fingerprint = stream.CanSeek ? await FingerprintAsync(stream, path, run, map) : null,
        };
        using var rejects = run.Value(Rejects) is { } file ? CsvWriter.ToFile(file) : null;
        rejects?.WriteRecord(["line", "address", "reason"]);
        using var bar = run.ShowsProgress ? new ProgressBar(total, "line") : null;
        var report = await run.Get<SubscriberImport>().RunAsync(
            new ListFile(stream, isJson, map), options,
            rejection => Tell(rejection, rejects),
            bar is null ? null : new Told<ImportProgress>(progress => bar.Show(progress.Offset, progress.Lines)), run.Stop);
        bar?.Dispose();
        run.Print(
            new
            {
                report.Origin, report.Lines, report.Resumed, options.DryRun,
                Actions = report.Actions.ToDictionary(a => a.Key.ToColumn(), a => a.Value),
                report.Asked, report.Suppressions, report.Rejected,
            },
            Lines(report, options.DryRun));
        return report.Rejected > 0 && report.Rejected == report.Lines ? CommandRun.Failed : CommandRun.Done;
    }

    private static IEnumerable<string> Lines(ImportReport report, bool isDryRun)
    {
        if (report.Resumed > 0)
        {
            yield return $"{Columns.Count(report.Resumed, "line")} had been done before; went on behind them.";
        }

        yield return $"{Columns.Count(report.Lines, "line")} of {(report.Origin == "own" ? "our own" : $"a {report.Origin}")} list" +
            $"{(isDryRun ? "; nothing was changed, this is what would be done" : "")}:";
        foreach (var (action, what) in ((ImportAction, string)[])
            [
                (ImportAction.Add, "added"), (ImportAction.Confirm, "confirmed who was asked before"),
                (ImportAction.OptOut, "opted out as the list says"), (ImportAction.Known, "known already"),
                (ImportAction.Left, "not taken: left before"), (ImportAction.Suppressed, "not taken: suppressed"),
                (ImportAction.Erased, "not taken: erased"), (ImportAction.SuppressionOnly, "only a suppression"),
            ])
        {
            if (report.Actions[action] > 0)
            {
                yield return Line(report.Actions[action], what);
            }
        }

        if (report.Rejected > 0)
        {
            yield return Line(report.Rejected, "not taken: cannot be used");
        }

        if (report.Asked > 0)
        {
            yield return $"{Columns.Count(report.Asked, "reader")} of those added will be asked to confirm, by the running program.";
        }

        if (report.Suppressions > 0)
        {
            yield return Line(report.Suppressions, "newly suppressed");
        }
    }

    private static string Line(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"  {count,12:N0}  {what}");

    private static void Tell(Rejection rejection, CsvWriter? rejects)
    {
        if (rejects is null)
        {
            Console.Error.WriteLine($"line {rejection.Line}: {(rejection.Address is null ? "" : $"{rejection.Address}: ")}{rejection.Reason}");
            return;
        }

        rejects.WriteRecord([rejection.Line.ToString(CultureInfo.InvariantCulture), rejection.Address, rejection.Reason]);
    }

    private static Stream Open(string path)
    {
        try
        {
            return path == "-" ? Console.OpenStandardInput() : System.IO.File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot read {path}: {e.Message}", e);
        }
    }

    private static Dictionary<string, ListField> MapOf(CommandRun run)
    {
        var map = new Dictionary<string, ListField>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in run.Value(Map) ?? [])
        {
            map[pair[..pair.LastIndexOf('=')].Trim()] = FieldOf(pair)!.Value;
        }

        return map;
    }

    private static ListField? FieldOf(string pair)
    {
        var at = pair.LastIndexOf('=');
        var name = at > 0 ? pair[(at + 1)..].Trim() : "";
        return ListColumns.FieldNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? ColumnTypes.FromColumn<ListField>(name) : null;
    }

    /// <summary>The same for the same file and options: then an import that was broken off goes on where it was.</summary>
    private static async Task<string> FingerprintAsync(
        Stream stream, string path, CommandRun run, Dictionary<string, ListField> map)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var options = string.Join('\n', map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}={m.Value}"));
        hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}\n{stream.Length}\n{run.Value(Confirmed)}\n{options}\n"));
        var buffer = new byte[(int)Math.Min(Sample, stream.Length)];
        foreach (var from in (long[])[0, stream.Length - buffer.Length])
        {
            stream.Position = from;
            await stream.ReadExactlyAsync(buffer, run.Stop);
            hash.AppendData(buffer);
        }

        stream.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
