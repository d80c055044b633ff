using System.CommandLine;
using TrendingMail.Benchmarks.Delivery;
using TrendingMail.Benchmarks.Delivery.Nodes;
using TrendingMail.Benchmarks.Inbound;
using TrendingMail.Benchmarks.Inbound.Bounces;
using TrendingMail.Benchmarks.Messages;
using TrendingMail.Benchmarks.Pages;
using TrendingMail.Benchmarks.Papers;
using TrendingMail.Benchmarks.Search;
using TrendingMail.Benchmarks.Simulation;
using TrendingMail.Benchmarks.Subscribers;

return await new RootCommand("Measures the figures in docs/performance.md.")
{
    SearchBenchmark.Create(),
    RenderBenchmark.Create(),
    LatexBenchmark.Create(),
    ReadableBenchmark.Create(),
    TokenizerBenchmark.Create(),
    InboundBenchmark.Create(),
    BounceBenchmark.Create(),
    Fuzz.Create(),
    MatchBenchmark.Create(),
    ListBenchmark.Create(),
    PlanBenchmark.Create(),
    PagesBenchmark.Create(),
    DeliverBenchmark.Create(),
    TransportBenchmark.Create(),
    KillBenchmark.Create(),
    NodesBenchmark.Create(),
    SimulateBenchmark.Create(),
    ClaimsBenchmark.Create(),
}.Parse(args).InvokeAsync();
