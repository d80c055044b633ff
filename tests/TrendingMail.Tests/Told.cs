namespace TrendingMail.Tests;

/// <summary>Told at once, on the working thread.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
