using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Import.Columns;
using TrendingMail.Subscribers.Import.Files;

namespace TrendingMail.Worker.Commands.Subscribers;

/// <summary><c>subscribers import</c>: imports a list of subscribers.</summary>
internal static class SubscribersImport
{
    /// <summary>Bytes hashed at each end of a file to identify it.</summary>
    private const int FingerprintBytes = 1 << 20;

    private static readonly Argument<string> File = new("FILE")
    {
        Description = "CSV, or JSON Lines (.jsonl); - for standard input. " +
            "Exports of TrendingMail, Brevo, BillionMail, Buttondown, Ghost, Keila, listmonk, Mailchimp, Mailtrain, " +
            "phpList, Sendy and Substack are recognized",
    };

    private static readonly Option<string[]> Map = new("--map")
    {
        Description =
            $"Map a column to a field, as column=field; fields: {string.Join(", ", ImportColumns.FieldNames)}",
        HelpName = "column=field",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> IgnoreColumn = new("--ignore-column")
    {
        Description = "Leave a column out, even if it looks like a subscription status",
        HelpName = "column",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> FileEncoding = new("--encoding")
    {
        Description =
            "The file's encoding, such as windows-1252, macintosh or gbk (default: UTF-8, or its byte order mark)",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Confirmed = new("--confirmed")
    {
        Description = "You vouch for the consent of everyone for whom the list records none; " +
            "otherwise they are asked by mail",
    };

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Only check and count; change nothing",
    };

    private static readonly Option<string?> Rejects = new("--rejects")
    {
        Description =
            "CSV file for lines that are rejected, or imported in part, and the reasons (default: report them on " +
            "standard error)",
        HelpName = "FILE",
    };

    private static readonly Option<bool> IsJson = new("--jsonl")
    {
        Description = "Read JSON Lines regardless of the file name",
    };

    public static Command Create()
    {
        Map.Validators.Add(result =>
        {
            foreach (var pair in result.Tokens.Select(token => token.Value).Where(pair => ParseField(pair) is null))
            {
                result.AddError(
                    $"--map '{pair}' is not column=field; fields: {string.Join(", ", ImportColumns.FieldNames)}.");
            }
        });
        FileEncoding.Validators.Add(result =>
        {
            if (result.Tokens is [var name] && !ImportFile.IsEncoding(name.Value))
            {
                result.AddError(
                    $"--encoding '{name.Value}' is not a known encoding; give one such as windows-1252 or gbk.");
            }
        });
        return CommandRun.Verb("import", "Import a list of subscribers; never undoes an opt-out or a suppression",
            [File, Map, IgnoreColumn, FileEncoding, Confirmed, DryRun, Rejects, IsJson], RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run)
    {
        var path = run.Value(File);
        var format = new ImportFileOptions
        {
            IsJson = run.Value(IsJson) ||
            Path.GetExtension(path).ToLowerInvariant() is ".jsonl" or ".ndjson" or ".json",
            Map = ParseMap(run),
            Ignored = (run.Value(IgnoreColumn) ?? []).Select(column => column.Trim())
                .ToHashSet(StringComparer.OrdinalIgnoreCase),
            Encoding = run.Value(FileEncoding),
        };
        await using var stream = Open(path);
        var total = stream.CanSeek ? stream.Length : 0;
        var options = new ImportOptions
        {
            Defaults = DefaultPreferences.From(run.Get<DigestOptions>()),
            Name = path == "-" ? "standard input" : Path.GetFileName(path),
            Confirmed = run.Value(Confirmed),
            DryRun = run.Value(DryRun),
            Fingerprint = stream.CanSeek ? await FingerprintAsync(stream, path, run, format) : null,
        };
        using var rejects = run.Value(Rejects) is { } file ? CreateRejects(file) : null;
        rejects?.WriteRecord(["line", "address", "reason"]);
        using var bar = run.ShowsProgress ? new ProgressBar(total, "line") : null;
        var report = await run.Get<SubscriberImporter>().RunAsync(
            new ImportFile(stream, format), options, problem => Report(problem, rejects),
            bar is null ? null
                : new SynchronousProgress<ImportProgress>(progress => bar.Show(progress.Offset, progress.Lines)),
                run.Stop);
        bar?.Dispose();
        run.Print(
            new
            {
                report.Origin, report.Lines, report.Resumed, options.DryRun,
                Actions = report.Actions.ToDictionary(a => a.Key.ToColumn(), a => a.Value),
                report.ConfirmationsRequested, report.Suppressions, report.Rejected, report.Incomplete,
                report.UnusedColumns, report.Fault,
            },
            Lines(report, options.DryRun));
        if (report.Fault is { } fault)
        {
            await Console.Error.WriteLineAsync(fault);
        }

        return report.IsSuccess ? CommandRun.Done : CommandRun.Failed;
    }

    private static IEnumerable<string> Lines(ImportReport report, bool isDryRun)
    {
        if (report.Resumed > 0)
        {
            yield return $"Resumed after {ConsoleText.Count(report.Resumed, "line")} imported earlier.";
        }

        yield return $"{ConsoleText.Count(report.Lines, "line")} from a " +
            $"{(report.Origin == "own" ? "TrendingMail" : report.Origin)} list" +
            $"{(isDryRun ? " (dry run; nothing was changed)" : "")}:";
        foreach (var (action, what) in ((ImportAction, string)[])
            [
                (ImportAction.Add, "added"), (ImportAction.Confirm, "confirmed; were pending"),
                (ImportAction.OptOut, "opted out, per the list"), (ImportAction.Unchanged, "already known"),
                (ImportAction.Unsubscribed, "skipped: unsubscribed earlier"),
                (ImportAction.Suppressed, "skipped: suppressed"),
                (ImportAction.Erased, "skipped: erased"), (ImportAction.SuppressionOnly, "suppression only"),
            ])
        {
            if (report.Actions[action] > 0)
            {
                yield return Line(report.Actions[action], what);
            }
        }

        foreach (var (count, what) in ((long, string)[])
            [
                (report.Rejected, "rejected: invalid"),
                (report.Incomplete, "with fields that could not be read, replaced by defaults"),
                (report.Suppressions, "newly suppressed"),
            ])
        {
            if (count > 0)
            {
                yield return Line(count, what);
            }
        }

        if (report.UnusedColumns.Count > 0)
        {
            yield return $"Columns not used: {string.Join(", ", report.UnusedColumns)}";
        }

        if (report.ConfirmationsRequested > 0)
        {
            yield return $"{ConsoleText.Count(report.ConfirmationsRequested, "subscriber")} will be asked to confirm " +
                "by the running program.";
        }
    }

    private static string Line(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"  {count,12:N0}  {what}");

    private static void Report(LineProblem problem, CsvWriter? rejects)
    {
        var reason = problem.IsImported ? $"Imported, except: {problem.Reason}" : problem.Reason;
        if (rejects is null)
        {
            Console.Error.WriteLine(
                $"line {problem.Line}: {(problem.Address is null ? "" : $"{problem.Address}: ")}{reason}");
            return;
        }

        rejects.WriteRecord([problem.Line.ToString(CultureInfo.InvariantCulture), problem.Address, reason]);
    }

    private static CsvWriter CreateRejects(string path)
    {
        try
        {
            return CsvWriter.ToFile(path, new CsvWriterOptions { Injection = CsvInjection.Escape });
        }
        catch (Exception e) when (FileProblem.Matches(e))
        {
            throw new TrendingMailException(
                $"Cannot write the rejects to {path}: {FileProblem.Explain(path, e)} Nothing was imported.", e);
        }
    }

    private static Stream Open(string path)
    {
        try
        {
            return path == "-" ? Console.OpenStandardInput() : System.IO.File.OpenRead(path);
        }
        catch (Exception e) when (FileProblem.Matches(e))
        {
            throw new TrendingMailException($"Cannot read {path}: {FileProblem.Explain(path, e)}", e);
        }
    }

    private static Dictionary<string, ImportField> ParseMap(CommandRun run)
    {
        var map = new Dictionary<string, ImportField>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in run.Value(Map) ?? [])
        {
            map[pair[..pair.LastIndexOf('=')].Trim()] = ParseField(pair)!.Value;
        }

        return map;
    }

    private static ImportField? ParseField(string pair)
    {
        var separator = pair.LastIndexOf('=');
        var name = separator > 0 ? pair[(separator + 1)..].Trim() : "";
        return ImportColumns.FieldNames.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? ColumnTypes.FromColumn<ImportField>(name) : null;
    }

    /// <summary>Identifies a file and the options, so that an interrupted import resumes where it stopped.</summary>
    private static async Task<string> FingerprintAsync(
        Stream stream, string path, CommandRun run, ImportFileOptions format)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var options = string.Join('\n', format.Map.Select(m => $"{m.Key}={m.Value}").Concat(format.Ignored)
            .Append(format.Encoding).Order(StringComparer.Ordinal));
        hash.AppendData(
            Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}\n{stream.Length}\n{run.Value(Confirmed)}\n{options}\n"));
        var buffer = new byte[(int)Math.Min(FingerprintBytes, stream.Length)];
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
