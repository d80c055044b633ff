using System.Runtime.Versioning;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Storage;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode FileMode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode FileMode0644 = FileMode0600 | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AFileIsPrivateFromItsCreation()
    {
        using var file = PrivateFiles.Open(folder.File("mail.eml"), FileMode.CreateNew);

        Assert.Equal(FileMode0600, GetMode("mail.eml"));
    }

    [Fact]
    public void AFolderIsPrivateFromItsCreation()
    {
        PrivateFiles.CreateFolder(folder.File("data/mail/outbox"));

        Assert.Equal(FileMode0600 | UnixFileMode.UserExecute, GetMode("data/mail/outbox"));
    }

    [Fact]
    public void AnExistingFileIsNarrowedOnce()
    {
        folder.Write("papers.db", "");
        SetMode("papers.db", FileMode0644);

        Assert.Equal(FileMode0644, PrivateFiles.Narrow(folder.File("papers.db")));
        Assert.Equal(FileMode0600, GetMode("papers.db"));
        Assert.Null(PrivateFiles.Narrow(folder.File("papers.db")));
    }

    [Fact]
    public void WhatTheOwnerMayNotDoStaysForbidden()
    {
        folder.Write("keys.json", "");
        SetMode("keys.json", UnixFileMode.UserRead | UnixFileMode.GroupRead);

        PrivateFiles.Narrow(folder.File("keys.json"));

        Assert.Equal(UnixFileMode.UserRead, GetMode("keys.json"));
    }

    [Fact]
    public void AFileThatDoesNotExistIsLeftAlone() => Assert.Null(PrivateFiles.Narrow(folder.File("absent")));

    private UnixFileMode GetMode(string path) => File.GetUnixFileMode(folder.File(path));

    private void SetMode(string path, UnixFileMode mode) => File.SetUnixFileMode(folder.File(path), mode);
}
