using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using TrendingMail.Storage;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Worker.Commands;

/// <summary>What a verb works with: its arguments, the features, and where it prints.</summary>
internal sealed class CommandRun(
    ParseResult arguments, IServiceProvider services, TextWriter output, CancellationToken stop)
{
    public const int Done = 0;

    public const int Failed = 1;

    public const int WrongUsage = 2;

    public static Option<bool> JsonOption { get; } = new("--json")
    {
        Description = "Print machine-readable JSON",
        Recursive = true,
    };

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        WriteIndented = true,
    };

    private static readonly JsonSerializerOptions JsonLine = new(Json) { WriteIndented = false };

    public CancellationToken Stop => stop;

    /// <summary>Whether a person looks on, who is shown how far long work has come.</summary>
    public bool ShowsProgress => !WantsJson && !Console.IsErrorRedirected;

    public bool WantsJson => arguments.GetValue(JsonOption);

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public T? Value<T>(Option<T> option) => arguments.GetValue(option);

    public T Value<T>(Argument<T> argument) => arguments.GetRequiredValue(argument);

    /// <summary>Prints one result: the object as JSON where that was asked for, else the lines.</summary>
    public void Print(object result, params IEnumerable<string> lines)
    {
        if (WantsJson)
        {
            output.WriteLine(JsonSerializer.Serialize(result, Json));
            return;
        }

        foreach (var line in lines)
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Prints one of many results: JSON on a line of its own, or the lines.</summary>
    public void PrintEach(object result, IEnumerable<string> lines)
    {
        if (WantsJson)
        {
            output.WriteLine(JsonSerializer.Serialize(result, JsonLine));
            return;
        }

        Print(result, lines);
    }

    /// <summary>Prints text as it is, JSON or not.</summary>
    public void PrintRaw(string text) => output.Write(text);

    /// <summary>A verb that works on the database, which is brought up to date first.</summary>
    public static Command Verb(
        string name, string description, IEnumerable<Symbol> symbols, Func<CommandRun, Task<int>> action) =>
        Bare(name, description, symbols, async run =>
        {
            await run.Get<Migrator>().MigrateAsync(run.Stop);
            return await action(run);
        });

    /// <summary>A verb that finds the database as it is.</summary>
    public static Command Bare(
        string name, string description, IEnumerable<Symbol> symbols, Func<CommandRun, Task<int>> action)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        command.SetAction(async (arguments, stop) =>
        {
            var configuration = Home.ReadSettings();
            var services = new ServiceCollection();
            services.AddTrendingMail(Settings.Load(configuration, Home.Directory));
            services.AddLogging(logging => logging
                .SetMinimumLevel(LogLevel.Warning)
                .AddFilter("Polly", LogLevel.None)
                .AddFilter("System", LogLevel.Error)
                .AddSimpleConsole(console => console.SingleLine = true));
            services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console =>
                console.LogToStandardErrorThreshold = LogLevel.Trace);
            await using var provider = services.BuildServiceProvider();
            return await action(
                new CommandRun(arguments, provider, arguments.InvocationConfiguration.Output, stop));
        });
        return command;
    }
}
