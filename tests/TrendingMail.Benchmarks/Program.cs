using System.CommandLine;
using TrendingMail.Benchmarks.Readers;
using TrendingMail.Benchmarks.Search;

return await new RootCommand("Measures what docs/performance.md tells.")
{
    SearchBenchmark.Create(),
    TokenizerBenchmark.Create(),
    MatchBenchmark.Create(),
}.Parse(args).InvokeAsync();
