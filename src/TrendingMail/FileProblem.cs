namespace TrendingMail;

/// <summary>Says in words why a file cannot be used, and what to do about it.</summary>
public static class FileProblem
{
    /// <summary>Whether an exception comes from the file system rather than from a defect of the program.</summary>
    public static bool Matches(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException { ParamName: "path" };

    /// <param name="path">The file that was to be read or written.</param>
    /// <param name="exception">One for which <see cref="Matches"/> is true.</param>
    public static string Explain(string path, Exception exception) =>
        path.Trim().Length == 0 ? "the file name is empty."
        : Directory.Exists(path) ? "it is a folder; name a file."
        : exception switch
        {
            UnauthorizedAccessException => "access is denied; give this user permission for the file and its folder.",
            DirectoryNotFoundException => "its folder does not exist; create it or check the path.",
            FileNotFoundException => "there is no such file; check the path.",
            PathTooLongException => "the path is too long.",
            _ => RemovePath(exception.Message),
        };

    /// <summary>The message of the system, such as "No space left on device", without the path.</summary>
    private static string RemovePath(string message)
    {
        var line = message.Split('\n')[0].Trim();
        var path = line.IndexOf(" : '", StringComparison.Ordinal);
        return path < 0 ? line : $"{char.ToLowerInvariant(line[0])}{line[1..path]}.";
    }
}
