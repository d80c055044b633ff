using TrendingMail.Storage;

namespace TrendingMail.Links;

/// <summary>
/// An exclusive lock on a file, held by keeping the lock file beside it open. The lock file is never deleted, since two
/// processes could then hold different files of the same name. The lock is released when its process dies.
/// </summary>
internal static class FileLock
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>The path of the lock file.</summary>
    public static string GetPath(string path) => $"{path}.lock";

    /// <summary>
    /// Waits for the lock; dispose the result to release it. Creates the file's folder if it does not exist.
    /// </summary>
    /// <exception cref="IOException">The lock file cannot be created, or is held for more than ten seconds.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static IDisposable Acquire(string path)
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        for (var waited = TimeSpan.Zero; ; waited += RetryInterval)
        {
            try
            {
                return PrivateFiles.Open(GetPath(path), FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException) when (waited < Timeout && File.Exists(GetPath(path)))
            {
                Thread.Sleep(RetryInterval);
            }
        }
    }
}
