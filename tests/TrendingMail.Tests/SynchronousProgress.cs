namespace TrendingMail.Tests;

/// <summary>Invokes the handler synchronously, on the thread that reports.</summary>
internal sealed class SynchronousProgress<T>(Action<T> handler) : IProgress<T>
{
    public void Report(T value) => handler(value);
}
