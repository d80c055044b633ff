using System.Diagnostics;
using System.Globalization;

namespace TrendingMail.Worker.Commands;

/// <summary>Shows the progress of long work on standard error.</summary>
internal sealed class ProgressBar(long total, string noun) : IDisposable
{
    private const int Width = 30;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan last;
    private int length;

    /// <param name="position">Progress out of the total.</param>
    /// <param name="count">Items processed so far.</param>
    public void Show(long position, long count)
    {
        if (clock.Elapsed - last < Interval)
        {
            return;
        }

        last = clock.Elapsed;
        var share = total > 0 ? Math.Clamp((double)position / total, 0, 1) : 0;
        var bar = total > 0 ? $"[{new string('#', (int)(share * Width)).PadRight(Width, '.')}] {share,4:P0}  " : "";
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{bar}{count:N0} {noun}s, {count / clock.Elapsed.TotalSeconds:N0}/s");
        Console.Error.Write($"\r{text.PadRight(length)}");
        length = text.Length;
    }

    public void Dispose()
    {
        if (length > 0)
        {
            Console.Error.Write($"\r{new string(' ', length)}\r");
        }
    }
}
