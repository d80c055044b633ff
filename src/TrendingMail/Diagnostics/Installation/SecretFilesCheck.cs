namespace TrendingMail.Diagnostics.Installation;

/// <summary>Whether other users of this machine can read or replace secrets.</summary>
internal sealed class SecretFilesCheck(SecretFiles files) : DiagnosticCheck(
    CheckGroup.Installation, "secret-files", "who can read the keys, password files and database files")
{
    private const UnixFileMode OtherAccess = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public override Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return Found(Finding.Unknown("Windows has no file modes.", "Check who may read the folder with the data."));
        }

        var existing = files.List().Where(File.Exists).ToArray();
        return Found([
            .. existing.Select(Judge).OfType<Finding>().DefaultIfEmpty(
                Finding.Good("No other user of this machine can read the files with secrets.") with
                {
                    Evidence = [.. existing],
                })]);
    }

    private static Finding? Judge(string file)
    {
        var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file);
        if ((mode & OtherAccess) != 0)
        {
            return Finding.Bad("Every user of this machine can read or replace it.", $"chmod 600 {file}")
                .About(file).Citing(Format(mode));
        }

        return (mode & UnixFileMode.GroupWrite) == 0 ? null
            : Finding.Warn("Its group can replace it.", $"chmod g-w {file}").About(file).Citing(Format(mode));
    }

    private static string Format(UnixFileMode mode) => $"Mode 0{Convert.ToString((int)mode, 8)}";
}
