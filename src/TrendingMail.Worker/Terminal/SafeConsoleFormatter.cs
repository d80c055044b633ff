using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace TrendingMail.Worker.Terminal;

/// <summary>Writes one line per message, exceptions included: see <see cref="TerminalText.ForLog"/>.</summary>
internal sealed class SafeConsoleFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "safe";

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var text = logEntry.Exception is { } exception ? $"{message} {exception}" : message;
        textWriter.WriteLine(
            $"{GetName(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {TerminalText.ForLog(text)}");
    }

    private static string GetName(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}

/// <summary>Registers the console log.</summary>
internal static class SafeConsoleExtensions
{
    public static ILoggingBuilder AddSafeConsole(this ILoggingBuilder logging) => logging
        .AddConsole(console => console.FormatterName = SafeConsoleFormatter.FormatterName)
        .AddConsoleFormatter<SafeConsoleFormatter, ConsoleFormatterOptions>();
}
