using System.Globalization;

namespace TrendingMail.SystemTests;

/// <summary>A file system of its own, so small that a test can fill it. Only root can mount one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Piece = 4096;

    private readonly string folder;

    private SmallDisk(string folder)
    {
        this.folder = folder;
    }

    private string Filling => Path.Combine(folder, "filling");

    /// <summary>Mounts it on a folder, which is made; skips the test where that may not be.</summary>
    public static async Task<SmallDisk> MountAsync(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var mount = Need.Program("mount", "mount");
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        if ((await Child.RunAsync(mount, "-t", "tmpfs", "-o", size, "tmpfs", folder)).ExitCode != 0)
        {
            Need.Missing("no file system may be mounted here; run tests/run.sh as root");
        }

        return new SmallDisk(folder);
    }

    /// <summary>Writes until nothing more goes in.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filling, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var piece = new byte[Piece];
        try
        {
            while (true)
            {
                file.Write(piece);
            }
        }
        catch (IOException)
        {
            // Full, as it should be.
        }
    }

    public void MakeRoom() => File.Delete(Filling);

    public async Task SetReadOnlyAsync(bool isReadOnly) =>
        (await Child.RunAsync("mount", "-o", isReadOnly ? "remount,ro" : "remount,rw", folder)).Well();

    public async ValueTask DisposeAsync() => (await Child.RunAsync("umount", "--lazy", folder)).Well();
}
