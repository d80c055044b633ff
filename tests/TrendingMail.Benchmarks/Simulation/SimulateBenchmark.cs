using System.CommandLine;
using System.Globalization;

namespace TrendingMail.Benchmarks.Simulation;

/// <summary><c>simulate</c>: nodes that are not there, with service times that were measured.</summary>
internal static class SimulateBenchmark
{
    private static readonly Option<int> Nodes = new("--nodes") { DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Lanes = new("--connections")
    {
        Description = "Connections of each node",
        DefaultValueFactory = _ => 8,
    };

    private static readonly Option<int> Readers = new("--readers") { DefaultValueFactory = _ => 20_000 };

    private static readonly Option<int> Cores = new("--cores")
    {
        Description = "Cores of the machine that all share; with --apart, of each node's",
        DefaultValueFactory = _ => 2,
    };

    private static readonly Option<double> Others = new("--others")
    {
        Description = "Processes of others that want a core of the shared machine all the time",
    };

    private static readonly Option<bool> Apart = new("--apart") { Description = "Each node, the database and the relay on a machine of its own" };

    private static readonly Option<int> DatabaseCores = new("--database-cores") { DefaultValueFactory = _ => 8 };

    private static readonly Option<int> RelayCores = new("--relay-cores") { DefaultValueFactory = _ => 8 };

    private static readonly Option<string> Arrival = new("--arrival")
    {
        Description = "Readers become due all at once, at the quarters of an hour, or at their breakfast all over the world",
        DefaultValueFactory = _ => "once",
    };

    private static readonly Option<string[]> Providers = new("--provider")
    {
        Description = "SHARE:ALLOWED:CONFIGURED, each a number: of the readers; messages a second that it takes; that the settings allow",
    };

    private static readonly Option<double> DeathEvery = new("--death-every") { Description = "Seconds between nodes' deaths, on average" };

    private static readonly Option<double> Recovery = new("--recovery")
    {
        Description = "Seconds until another node takes up what a dead one had",
        DefaultValueFactory = _ => 900,
    };

    private static readonly Option<string?> Times = new("--times") { Description = "A JSON file of service times that replace the defaults" };

    private static readonly Option<int> Seed = new("--seed") { DefaultValueFactory = _ => 1 };

    private static readonly IReadOnlyList<Wave> Hour = [new(0, 0.5), new(15, 0.15), new(30, 0.25), new(45, 0.1)];

    private static readonly (double Offset, double Share)[] Zones =
        [(-8, 0.1), (-6, 0.1), (-5, 0.15), (0, 0.07), (1, 0.2), (5.5, 0.12), (8, 0.16), (9, 0.1)];

    private static readonly (int Minute, double Share)[] Breakfasts = [(390, 0.15), (420, 0.4), (450, 0.2), (480, 0.25)];

    public static Command Create()
    {
        Arrival.AcceptOnlyFromAmong("once", "hour", "day");
        var command = new Command("simulate", "What so many nodes would do, by a simulation with measured service times")
        {
            Nodes, Lanes, Readers, Cores, Others, Apart, DatabaseCores, RelayCores, Arrival, Providers, DeathEvery, Recovery, Times, Seed,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var scenario = new Scenario
        {
            Nodes = arguments.GetValue(Nodes),
            Lanes = arguments.GetValue(Lanes),
            Readers = arguments.GetValue(Readers),
            Cores = arguments.GetValue(Cores),
            Others = arguments.GetValue(Others),
            IsOneMachine = !arguments.GetValue(Apart),
            DatabaseCores = arguments.GetValue(DatabaseCores),
            RelayCores = arguments.GetValue(RelayCores),
            DeathEvery = arguments.GetValue(DeathEvery),
            RecoveryAfter = arguments.GetValue(Recovery),
            Seed = arguments.GetValue(Seed),
        };
        scenario = scenario with
        {
            Waves = arguments.GetValue(Arrival) switch
            {
                "hour" => Hour,
                "day" => Scenario.ByZone(Zones, Breakfasts),
                _ => scenario.Waves,
            },
            Providers = arguments.GetValue(Providers) is { Length: > 0 } given ? [.. given.Select(ProviderOf)] : scenario.Providers,
        };
        var run = new Simulation(scenario, ServiceTimes.Read(arguments.GetValue(Times)));
        run.Run();
        Print(run);
        return run.Without == 0 ? 0 : 1;
    }

    private static Provider ProviderOf(string text)
    {
        double[] numbers = [.. text.Split(':').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return new Provider(numbers[0], numbers.ElementAtOrDefault(1), numbers.ElementAtOrDefault(2));
    }

    private static void Print(Simulation run)
    {
        var (scenario, seconds) = (run.Scenario, run.LastAt - run.FirstAt);
        double Each(double time) => time / scenario.Readers * 1e6;
        Console.WriteLine($"{scenario.Nodes} nodes, {scenario.Lanes} connections each, {scenario.Readers:N0} readers");
        Console.WriteLine($"{scenario.Readers / seconds:N0} messages/s from the first to the last; the last after {run.LastAt:N1} s; " +
            $"late by {run.Lateness(0.5):N1} s (median), {run.Lateness(0.99):N1} s (99 %)");
        if (run.TakenByMinute.Count > 1)
        {
            Console.WriteLine($"messages/s by the minute, the highest {run.TakenByMinute.Max() / 60.0:N0}: " +
                string.Join(' ', run.TakenByMinute.Select(count => $"{count / 60.0:F0}")));
        }

        Console.WriteLine($"shares {string.Join(", ", run.Nodes.Select(node => $"{(double)node.Sent / scenario.Readers:P1}"))}");
        Console.WriteLine($"us of CPU a message: program {Each(run.Nodes.Sum(node => node.Seconds)):N0}, PostgreSQL " +
            $"{Each(run.Database.Seconds):N0}, relay {Each(run.Relay.Seconds):N0}");
        Console.WriteLine($"in use: {string.Join(", ", run.Machines.Select(machine => $"{machine.Name} {machine.Utilisation:P0}"))}, " +
            $"{run.Database.Counts.Name} {run.Database.Counts.Utilisation:P0}, the log {run.Database.Log.BusySeconds / run.Now:P0}; " +
            $"others {run.Machines.Sum(machine => machine.OthersSeconds) / run.Now:N2} cores");
        Console.WriteLine($"{run.Database.Transactions / seconds:N0} transactions of outcomes/s with " +
            $"{(double)run.Database.Entries / run.Database.Transactions:N1} entries, {run.Database.Claims / seconds:N0} claims/s, " +
            $"{run.Database.Log.Flushes / seconds:N0} flushes/s, {run.Database.Log.Bytes / 1e6 / seconds:N1} MB of log/s");
        Console.WriteLine($"{run.Deaths} deaths, {run.Relay.Deferrals:N0} deferrals; lost {run.Without}, doubled {run.Copies}");
    }
}
