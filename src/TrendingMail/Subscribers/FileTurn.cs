namespace TrendingMail.Subscribers;

/// <summary>
/// One process or thread at a time changes a file: whoever has the lock file beside it open. The lock file stays, for one
/// that were deleted could be held by one while another makes it anew; a process that dies lets go of it.
/// </summary>
internal static class FileTurn
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for the turn; disposing what is returned ends it. Makes the file's folder where there is none.</summary>
    /// <exception cref="IOException">The lock file cannot be made, or another holds it for more than ten seconds.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static IDisposable Take(string path)
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

        for (var waited = TimeSpan.Zero; ; waited += Interval)
        {
            try
            {
                return new FileStream($"{path}.lock", options);
            }
            catch (IOException) when (waited < Patience && File.Exists($"{path}.lock"))
            {
                Thread.Sleep(Interval);
            }
        }
    }
}
