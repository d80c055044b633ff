using System.CommandLine;
using TrendingMail.Diagnostics;

namespace TrendingMail.Worker.Commands.Doctor;

/// <summary><c>doctor</c>: says before sending what would hurt delivery.</summary>
internal static class DoctorCommand
{
    private static readonly Argument<string[]> Names = new("CHECK")
    {
        Description = "The checks to make, such as public-url; all by default",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> Online = new("--online")
    {
        Description = "Also ask name servers and mail servers",
    };

    public static Command Create()
    {
        var command = new Command("doctor", "Check what would keep mail from the inbox, and how to fix it")
        {
            Names, Online,
        };
        command.SetAction(async (arguments, stop) =>
        {
            await using var services = DoctorServices.Create();
            var run = new CommandRun(arguments, services, arguments.InvocationConfiguration.Output, stop);
            return await RunAsync(run, GetNames(run));
        });
        command.Subcommands.Add(DoctorReports.Create());
        command.Subcommands.Add(DoctorSeeds.Create());
        return command;
    }

    /// <summary>The checks that are named, before a subcommand if there is one.</summary>
    internal static string[] GetNames(CommandRun run) => run.Value(Names);

    /// <summary>Makes checks and prints what they found.</summary>
    internal static async Task<int> RunAsync(CommandRun run, IReadOnlyCollection<string> names)
    {
        var doctor = run.Get<Diagnostics.Doctor>();
        if (doctor.FindUnknown(names) is { } error)
        {
            await Console.Error.WriteLineAsync(error);
            return CommandRun.WrongUsage;
        }

        var results = new List<CheckResult>();
        var doctorRun = doctor.Start(run.Value(Online));
        foreach (var check in doctor.Select(names))
        {
            await ShowProgressAsync(run, $"Checking {check.Name} ...");
            results.Add(await doctorRun.RunAsync(check, run.Stop));
        }

        await ShowProgressAsync(run, "");

        run.Print(results.SelectMany(DescribeJson), [.. DoctorText.Format(results)]);
        return results.Any(result => result.IsBad) ? CommandRun.Failed : CommandRun.Done;
    }

    /// <summary>One object for each finding.</summary>
    internal static IEnumerable<object> DescribeJson(CheckResult result) => result.Findings.Select(finding => new
    {
        result.Check.Group,
        Check = result.Check.Name,
        Checks = result.Check.Description,
        finding.Subject,
        finding.Verdict,
        finding.Text,
        finding.Evidence,
        finding.Remedy,
    });

    /// <summary>Replaces the line that says which check is being made.</summary>
    private static Task ShowProgressAsync(CommandRun run, string text) =>
        run.ShowsProgress ? Console.Error.WriteAsync($"\r{text,-40}\r") : Task.CompletedTask;
}
