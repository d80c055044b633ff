using System.CommandLine;
using System.Globalization;

namespace TrendingMail.Benchmarks.Simulation;

/// <summary><c>simulate</c>: simulates nodes with measured service times.</summary>
internal static class SimulateBenchmark
{
    private static readonly Option<int> Nodes = new("--nodes") { DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Connections = new("--connections")
    {
        Description = "Connections per node",
        DefaultValueFactory = _ => 8,
    };

    private static readonly Option<int> Subscribers = new("--subscribers") { DefaultValueFactory = _ => 20_000 };

    private static readonly Option<int> Cores = new("--cores")
    {
        Description = "Cores of the shared machine; with --apart, cores per node",
        DefaultValueFactory = _ => 2,
    };

    private static readonly Option<double> CompetingProcesses = new("--others")
    {
        Description = "Unrelated processes that constantly compete for a core of the shared machine",
    };

    private static readonly Option<bool> SeparateMachines = new("--apart")
    {
        Description = "Run each node, the database and the relay on separate machines",
    };

    private static readonly Option<int> DatabaseCores = new("--database-cores") { DefaultValueFactory = _ => 8 };

    private static readonly Option<int> RelayCores = new("--relay-cores") { DefaultValueFactory = _ => 8 };

    private static readonly Option<string> Arrival = new("--arrival")
    {
        Description = "Subscribers become due all at once, over an hour, or over a day by time zone",
        DefaultValueFactory = _ => "once",
    };

    private static readonly Option<string[]> Providers = new("--provider")
    {
        Description =
            "SHARE:ALLOWED:CONFIGURED: share of the subscribers, messages/s it accepts, messages/s configured",
    };

    private static readonly Option<double> CrashInterval = new("--death-every")
    {
        Description = "Mean time between node crashes in seconds",
    };

    private static readonly Option<double> Recovery = new("--recovery")
    {
        Description = "Seconds until a crashed node's deliveries are released",
        DefaultValueFactory = _ => 900,
    };

    private static readonly Option<string?> Times = new("--times")
    {
        Description = "A JSON file with service times that override the defaults",
    };

    private static readonly Option<int> Seed = new("--seed") { DefaultValueFactory = _ => 1 };

    private static readonly IReadOnlyList<Wave> HourWaves = [new(0, 0.5), new(15, 0.15), new(30, 0.25), new(45, 0.1)];

    private static readonly (double Offset, double Share)[] Zones =
        [(-8, 0.1), (-6, 0.1), (-5, 0.15), (0, 0.07), (1, 0.2), (5.5, 0.12), (8, 0.16), (9, 0.1)];

    private static readonly (int Minute, double Share)[] SendTimes = [(390, 0.15), (420, 0.4), (450, 0.2), (480, 0.25)];

    public static Command Create()
    {
        Arrival.AcceptOnlyFromAmong("once", "hour", "day");
        var command = new Command("simulate", "Simulate nodes with measured service times")
        {
            Nodes, Connections, Subscribers, Cores, CompetingProcesses, SeparateMachines, DatabaseCores, RelayCores,
            Arrival, Providers, CrashInterval, Recovery, Times, Seed,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var scenario = new Scenario
        {
            Nodes = arguments.GetValue(Nodes),
            Connections = arguments.GetValue(Connections),
            Subscribers = arguments.GetValue(Subscribers),
            Cores = arguments.GetValue(Cores),
            CompetingProcesses = arguments.GetValue(CompetingProcesses),
            IsOneMachine = !arguments.GetValue(SeparateMachines),
            DatabaseCores = arguments.GetValue(DatabaseCores),
            RelayCores = arguments.GetValue(RelayCores),
            CrashInterval = arguments.GetValue(CrashInterval),
            RecoveryAfter = arguments.GetValue(Recovery),
            Seed = arguments.GetValue(Seed),
        };
        scenario = scenario with
        {
            Waves = arguments.GetValue(Arrival) switch
            {
                "hour" => HourWaves,
                "day" => Scenario.ByZone(Zones, SendTimes),
                _ => scenario.Waves,
            },
            Providers = arguments.GetValue(Providers) is { Length: > 0 } given
                ? [.. given.Select(ParseProvider)] : scenario.Providers,
        };
        var run = new DeliverySimulation(scenario, ServiceTimes.Read(arguments.GetValue(Times)));
        run.Run();
        Print(run);
        return run.Undelivered == 0 ? 0 : 1;
    }

    private static Provider ParseProvider(string text)
    {
        double[] numbers = [.. text.Split(':').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return new Provider(numbers[0], numbers.ElementAtOrDefault(1), numbers.ElementAtOrDefault(2));
    }

    private static void Print(DeliverySimulation run)
    {
        var (scenario, seconds) = (run.Scenario, run.LastAt - run.FirstAt);
        double MicrosecondsEach(double time) => time / scenario.Subscribers * 1e6;
        Console.WriteLine(
            $"{scenario.Nodes} nodes, {scenario.Connections} connections each, {scenario.Subscribers:N0} subscribers");
        Console.WriteLine($"{scenario.Subscribers / seconds:N0} messages/s from first to last; the last after " +
            $"{run.LastAt:N1} s; delay {run.DelayQuantile(0.5):N1} s (median), {run.DelayQuantile(0.99):N1} s (p99)");
        if (run.AcceptedByMinute.Count > 1)
        {
            Console.WriteLine($"messages/s by minute, at most {run.AcceptedByMinute.Max() / 60.0:N0}: " +
                string.Join(' ', run.AcceptedByMinute.Select(count => $"{count / 60.0:F0}")));
        }

        Console.WriteLine(
            $"shares {string.Join(", ", run.Nodes.Select(node => $"{(double)node.Sent / scenario.Subscribers:P1}"))}");
        Console.WriteLine(
            $"us of CPU per message: nodes {MicrosecondsEach(run.Nodes.Sum(node => node.CpuSeconds)):N0}, PostgreSQL " +
            $"{MicrosecondsEach(run.Database.CpuSeconds):N0}, relay {MicrosecondsEach(run.Relay.CpuSeconds):N0}");
        var machines = string.Join(", ", run.Machines.Select(machine => $"{machine.Name} {machine.Utilization:P0}"));
        Console.WriteLine($"utilization: {machines}, " +
            $"{run.Database.MailingCounters.Name} {run.Database.MailingCounters.Utilization:P0}, " +
            $"WAL {run.Database.Wal.BusySeconds / run.Now:P0}; " +
            $"other processes {run.Machines.Sum(machine => machine.OthersSeconds) / run.Now:N2} cores");
        Console.WriteLine($"{run.Database.Transactions / seconds:N0} state transactions/s with " +
            $"{(double)run.Database.StateChanges / run.Database.Transactions:N1} changes, " +
            $"{run.Database.Claims / seconds:N0} claims/s, {run.Database.Wal.Flushes / seconds:N0} flushes/s, " +
            $"{run.Database.Wal.Bytes / 1e6 / seconds:N1} MB of WAL/s");
        Console.WriteLine($"{run.Crashes} crashes, {run.Relay.Deferrals:N0} deferrals; " +
            $"{run.Undelivered} lost, {run.Duplicates} duplicates");
    }
}
