namespace TrendingMail.Worker.Commands;

/// <summary>
/// Reports progress synchronously on the calling thread, unlike <see cref="Progress{T}"/>, which posts to a context.
/// </summary>
internal sealed class SynchronousProgress<T>(Action<T> handler) : IProgress<T>
{
    public void Report(T value) => handler(value);
}
