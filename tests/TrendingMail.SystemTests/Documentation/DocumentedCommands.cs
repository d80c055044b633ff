using TrendingMail.Tests.Documentation;


namespace TrendingMail.SystemTests.Documentation;

/// <summary>The commands of a fenced <c>sh</c> block.</summary>
/// <param name="Place">Page and line.</param>
/// <param name="Exports">The lines that set environment variables.</param>
internal sealed record DocumentedBlock(string Place, IReadOnlyList<string> Exports, IReadOnlyList<string> Commands);

/// <summary>The commands in the documentation, and those that cannot run in a test.</summary>
internal static class DocumentedCommands
{
    /// <summary>How the documentation starts the program in a checkout.</summary>
    public const string Program = "dotnet run --project src/TrendingMail.Worker";

    public const string Benchmark = "dotnet run -c Release --project tests/TrendingMail.Benchmarks -- ";

    /// <summary>
    /// The commands that are not run, with the reason. Benchmarks are not run either, because they take minutes; their
    /// options are checked.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> Excluded = new Dictionary<string, string>
    {
        [Program] = "serves until it is stopped; ProgramTests starts it",
        ["bash tests/run.sh"] = "runs every test",
        ["bash tests/run.sh --filter-class '*DigestSelectionTests'"] = "builds the program that this test is running",
        ["dotnet build TrendingMail.sln"] = "builds the program that this test is running",
        ["ACCEPT_GOLDEN=1 dotnet test --project tests/TrendingMail.Tests"] = "overwrites the golden files",
        ["createdb --template template0 --encoding UTF8 trendingmail"] = "creates a database on the operator's server",
        [$"{Program} -- db copy --from Sqlite --to PostgreSql --source \"Data Source=data/trendingmail.db\""] =
            "needs an empty PostgreSQL database; CopyToPostgreSqlTests runs it",
        ["curl --json '{\"email\": \"ada@example.org\", \"frequency\": \"weekly\", \"weekday\": \"friday\"}' " +
            "http://localhost:5080/api/v1/subscribers"] =
            "needs a running server; SubscribeApiTests sends such a request",
        [$"{Program} -- dkim show"] = "needs a key that is configured; ZeroToInboxTests runs it",
        [$"{Program} -- doctor --online dns-spf dns-dkim dns-dmarc dns-mx dns-ptr"] =
            "needs a name server; ZeroToInboxTests runs it",
        [$"{Program} -- doctor --online smtp"] = "needs a mail server; ZeroToInboxTests runs it",
        ["curl 'http://localhost:5080/api/v1/editions?per_page=5'"] =
            "needs a running server; FeedsAndApiTests sends such a request",
    };

    public static IReadOnlyList<DocumentedBlock> Blocks { get; } =
    [
        .. from page in MarkdownPage.ReadAll(Repository.File())
           from block in page.CodeBlocks
           where block.Language == "sh"
           select Parse($"{page.Path}:{block.Line}", block.Lines),
    ];

    /// <summary>The commands of a block that a test can run.</summary>
    public static IEnumerable<string> Runnable(DocumentedBlock block) =>
        block.Commands.Where(command =>
            !Excluded.ContainsKey(command) && !command.StartsWith(Benchmark, StringComparison.Ordinal));

    public static DocumentedBlock Parse(string place, IEnumerable<string> lines)
    {
        var commands = JoinContinuations(lines).Where(line => line.Length > 0 && line[0] != '#').ToLookup(
            line => line.StartsWith("export ", StringComparison.Ordinal));
        return new DocumentedBlock(place, [.. commands[true]], [.. commands[false]]);
    }

    private static IEnumerable<string> JoinContinuations(IEnumerable<string> lines)
    {
        var start = "";
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.EndsWith('\\'))
            {
                start += $"{line[..^1].TrimEnd()} ";
                continue;
            }

            yield return start + line;
            start = "";
        }
    }
}
