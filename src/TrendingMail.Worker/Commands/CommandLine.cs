using System.CommandLine;
using System.Data.Common;

namespace TrendingMail.Worker.Commands;

/// <summary>
/// Parses and runs a command line. Whatever goes wrong ends in one line on standard error and an exit code of
/// <see cref="CommandRun"/>, never in a stack trace.
/// </summary>
internal static class CommandLine
{
    /// <summary>The log level at which the stack trace of an unexpected error is printed as well.</summary>
    private const string DetailsVariable = "Logging__LogLevel__Default";

    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            var errors = parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" "));
            await Console.Error.WriteLineAsync($"{string.Join(' ', errors)} Run with --help for usage.");
            return CommandRun.WrongUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(Describe(e));
            if (e is not (TrendingMailException or OperationCanceledException) && IsDetailed())
            {
                await Console.Error.WriteLineAsync(e.ToString());
            }

            return CommandRun.Failed;
        }
    }

    /// <summary>Describes an error for the operator, without the names of our types.</summary>
    internal static string Describe(Exception exception) => exception switch
    {
        TrendingMailException => exception.Message,
        OperationCanceledException => "Canceled before completion.",
        DbException => $"The database reported an error: {FirstLine(exception)} Run 'db check'.",
        AggregateException { InnerExceptions: [var inner] } => Describe(inner),
        _ when FileProblem.Matches(exception) =>
            $"Cannot read or write a file: {FirstLine(exception)} Check the path, the permissions and the free space.",
        _ => $"Unexpected error: {FirstLine(exception)} This is a defect: please report it, with the details that " +
            $"the environment variable {DetailsVariable}=Debug adds.",
    };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Trim();

    private static bool IsDetailed() => Environment.GetEnvironmentVariable(DetailsVariable) is "Debug" or "Trace";
}
