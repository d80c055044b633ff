namespace TrendingMail.Storage;

/// <summary>
/// Files and folders with personal data or links, which only the current user may access. They get their mode when they
/// are created, so that there is no moment at which others can open them. Windows inherits access from the folder.
/// </summary>
public static class PrivateFiles
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Opens a file, creating it if the mode says so.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is not writable.</exception>
    public static FileStream Open(string path, FileMode mode, FileShare share = FileShare.Read)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFile;
        }

        return new FileStream(path, options);
    }

    /// <summary>Creates an empty file unless it exists.</summary>
    public static void Create(string path) => Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();

    /// <summary>Creates a folder unless it exists. Those above it get the usual mode.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, PrivateFolder);
        }
    }

    /// <summary>
    /// Takes access from everybody but the owner. SQLite gives the files beside a database the database's mode.
    /// </summary>
    /// <returns>The mode that a file or folder had; null if it is private already or does not exist.</returns>
    /// <exception cref="UnauthorizedAccessException">The file belongs to another user.</exception>
    public static UnixFileMode? Narrow(string path)
    {
        if (OperatingSystem.IsWindows() || !Path.Exists(path))
        {
            return null;
        }

        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) == 0)
        {
            return null;
        }

        File.SetUnixFileMode(path, mode & ~Others);
        return mode;
    }
}
