using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TrendingMail.Tests;

/// <summary>Collects the messages of a logger.</summary>
internal sealed class CollectedLog<T> : ILogger<T>
{
    private readonly ConcurrentQueue<string> messages = [];

    public IReadOnlyList<string> Messages => [.. messages];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => messages.Enqueue(formatter(state, exception));
}
