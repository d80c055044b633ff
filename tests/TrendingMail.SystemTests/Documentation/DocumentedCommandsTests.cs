namespace TrendingMail.SystemTests.Documentation;

/// <summary>Runs the commands in the fenced <c>sh</c> blocks of the documentation.</summary>
public sealed class DocumentedCommandsTests(SampleInstallation installation) : IClassFixture<SampleInstallation>
{
    private static readonly string BenchmarksProgram =
        Path.Combine(AppContext.BaseDirectory, "TrendingMail.Benchmarks.dll");

    /// <summary>The blocks with a command that can run in a test.</summary>
    public static TheoryData<string> RunnableBlocks =>
    [
        .. from block in DocumentedCommands.Blocks
           where DocumentedCommands.Runnable(block).Any()
           select block.Place,
    ];

    public static TheoryData<string> BenchmarkVerbs =>
        [.. BenchmarkArguments().Select(arguments => arguments[0]).Distinct()];

    [Theory]
    [MemberData(nameof(RunnableBlocks))]
    public async Task EveryDocumentedCommandSucceeds(string place)
    {
        var block = DocumentedCommands.Blocks.Single(block => block.Place == place);

        (await installation.RunAsync([.. block.Exports, .. DocumentedCommands.Runnable(block)])).EnsureSuccess();
    }

    [Fact]
    public async Task ADocumentedCommandThatDoesNotExistFails()
    {
        var block = DocumentedCommands.Parse("page.md:1", [$"{DocumentedCommands.Program} -- \\", "    digest forget"]);

        Assert.NotEqual(0, (await installation.RunAsync(DocumentedCommands.Runnable(block))).ExitCode);
    }

    [Theory]
    [MemberData(nameof(BenchmarkVerbs))]
    public async Task EveryDocumentedBenchmarkHasItsOptions(string verb)
    {
        var options = BenchmarkArguments().Where(arguments => arguments[0] == verb).SelectMany(arguments => arguments)
            .Where(argument => argument.StartsWith("--", StringComparison.Ordinal)).Distinct();

        var result = await Child.RunAsync("dotnet", BenchmarksProgram, verb, "--help");

        var help = result.EnsureSuccess().Output.Split((char[]?)null);
        Assert.Contains(verb, help);
        Assert.Empty(options.Except(help));
    }

    [Fact]
    public void EveryExcludedCommandIsDocumented() => Assert.Empty(
        DocumentedCommands.Excluded.Keys.Except(DocumentedCommands.Blocks.SelectMany(block => block.Commands)));

    private static IEnumerable<string[]> BenchmarkArguments() =>
        DocumentedCommands.Blocks.SelectMany(block => block.Commands)
            .Where(command => command.StartsWith(DocumentedCommands.Benchmark, StringComparison.Ordinal))
            .Select(command => command[DocumentedCommands.Benchmark.Length..].Split(' '));
}
