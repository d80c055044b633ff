using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace TrendingMail.Worker.Commands;

/// <summary><c>--version</c>: prints the program's name with its version.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public override bool Terminating => true;

    public override int Invoke(ParseResult parseResult)
    {
        var assembly = typeof(PrintVersion).Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        parseResult.InvocationConfiguration.Output.WriteLine($"{RootCommand.ExecutableName} {version}");
        return CommandRun.Done;
    }
}
