using System.CommandLine;
using TrendingMail.Benchmarks.Search;

return await new RootCommand("Measures what docs/performance.md tells.")
{
    SearchBenchmark.Create(),
    TokenizerBenchmark.Create(),
}.Parse(args).InvokeAsync();
