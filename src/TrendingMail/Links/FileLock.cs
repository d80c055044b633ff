namespace TrendingMail.Links;

/// <summary>
/// An exclusive lock on a file, held by keeping the lock file beside it open. The lock file is never deleted, since two
/// processes could then hold different files of the same name. The lock is released when its process dies.
/// </summary>
internal static class FileLock
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Waits for the lock; dispose the result to release it. Creates the file's folder if it does not exist.
    /// </summary>
    /// <exception cref="IOException">The lock file cannot be created, or is held for more than ten seconds.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static IDisposable Acquire(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        for (var waited = TimeSpan.Zero; ; waited += RetryInterval)
        {
            try
            {
                return new FileStream($"{path}.lock", options);
            }
            catch (IOException) when (waited < Timeout && File.Exists($"{path}.lock"))
            {
                Thread.Sleep(RetryInterval);
            }
        }
    }
}
