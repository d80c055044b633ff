using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using TrendingMail.Storage.Migrations;
using TrendingMail.Worker.Configuration;
using TrendingMail.Worker.Terminal;

namespace TrendingMail.Worker.Commands;

/// <summary>One run of a verb: its arguments, the services, and the output.</summary>
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

    /// <summary>Whether to show progress: standard error is a terminal and JSON was not requested.</summary>
    public bool ShowsProgress => !WantsJson && !Console.IsErrorRedirected;

    public bool WantsJson => arguments.GetValue(JsonOption);

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public T? Value<T>(Option<T> option) => arguments.GetValue(option);

    public T Value<T>(Argument<T> argument) => arguments.GetRequiredValue(argument);

    /// <summary>Prints the result: the object as JSON with <c>--json</c>, otherwise the lines.</summary>
    public void Print(object result, params IEnumerable<string> lines)
    {
        foreach (var line in WantsJson ? [JsonSerializer.Serialize(result, Json)] : lines)
        {
            PrintRaw(TerminalText.Escape(line) + Environment.NewLine);
        }
    }

    /// <summary>Prints one of many results: the object as one line of JSON, or the lines.</summary>
    public void PrintEach(object result, IEnumerable<string> lines)
    {
        if (WantsJson)
        {
            PrintRaw(TerminalText.Escape(JsonSerializer.Serialize(result, JsonLine)) + Environment.NewLine);
            return;
        }

        Print(result, lines);
    }

    /// <summary>Prints text verbatim, with or without <c>--json</c>.</summary>
    /// <exception cref="TrendingMailException">Standard output is closed, or its disk is full.</exception>
    public void PrintRaw(string text)
    {
        try
        {
            output.Write(text);
        }
        catch (Exception e) when (FileProblem.Matches(e))
        {
            throw new TrendingMailException($"Cannot write to standard output: {e.Message}", e);
        }
    }

    /// <summary>Creates a verb that migrates the database before it runs.</summary>
    public static Command Verb(
        string name, string description, IEnumerable<Symbol> symbols, Func<CommandRun, Task<int>> action) =>
        VerbWithoutMigration(name, description, symbols, async run =>
        {
            await run.Get<Migrator>().MigrateAsync(run.Stop);
            return await action(run);
        });

    /// <summary>Creates a verb that does not migrate the database.</summary>
    public static Command VerbWithoutMigration(
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
            await using var provider = CreateServices(LoadSettings());
            return await action(
                new CommandRun(arguments, provider, arguments.InvocationConfiguration.Output, stop));
        });
        return command;
    }

    /// <exception cref="TrendingMailException">The settings are invalid.</exception>
    public static Settings LoadSettings() =>
        Settings.Load(ApplicationPaths.LoadConfiguration(), ApplicationPaths.WorkingDirectory);

    /// <summary>Creates the services of a verb, whose log goes to standard error.</summary>
    public static ServiceProvider CreateServices(Settings settings, Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddTrendingMail(settings);
        services.AddLogging(logging => logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Polly", LogLevel.None)
            .AddFilter("System", LogLevel.Error)
            .AddSafeConsole());
        services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }
}
