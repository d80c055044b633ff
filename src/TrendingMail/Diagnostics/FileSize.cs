using System.Globalization;

namespace TrendingMail.Diagnostics;

/// <summary>Formats sizes for people.</summary>
internal static class FileSize
{
    public static string Format(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes switch
    {
        < 1000 => bytes,
        < 1_000_000 => bytes / 1e3,
        < 1_000_000_000 => bytes / 1e6,
        _ => bytes / 1e9,
    }:0.#} {bytes switch
    {
        < 1000 => "bytes",
        < 1_000_000 => "KB",
        < 1_000_000_000 => "MB",
        _ => "GB",
    }}");
}
