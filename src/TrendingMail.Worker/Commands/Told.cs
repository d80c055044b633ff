namespace TrendingMail.Worker.Commands;

/// <summary>Told at once, on the working thread, so that what is shown is never late (<see cref="Progress{T}"/> posts).</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
