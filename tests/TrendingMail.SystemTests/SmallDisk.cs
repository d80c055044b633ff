using System.Globalization;

namespace TrendingMail.SystemTests;

/// <summary>A tmpfs mount small enough for a test to fill. Only root can mount one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int BlockSize = 4096;

    private readonly string folder;

    private SmallDisk(string folder)
    {
        this.folder = folder;
    }

    private string FillerFile => Path.Combine(folder, "filling");

    /// <summary>Creates a folder and mounts on it; skips the test if mounting is not permitted.</summary>
    public static async Task<SmallDisk> MountAsync(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var mount = Require.Program("mount", "mount");
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        if ((await Child.RunAsync(mount, "-t", "tmpfs", "-o", size, "tmpfs", folder)).ExitCode != 0)
        {
            Require.Skip("mounting a file system is not permitted; run tests/run.sh as root");
        }

        return new SmallDisk(folder);
    }

    /// <summary>Writes until the disk is full.</summary>
    public void Fill()
    {
        using var file = new FileStream(FillerFile, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[BlockSize];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // The disk is full, as intended.
        }
    }

    public void FreeSpace() => File.Delete(FillerFile);

    public async Task SetReadOnlyAsync(bool isReadOnly) =>
        (await Child.RunAsync("mount", "-o", isReadOnly ? "remount,ro" : "remount,rw", folder)).EnsureSuccess();

    public async ValueTask DisposeAsync() => (await Child.RunAsync("umount", "--lazy", folder)).EnsureSuccess();
}
