using System.Security.Cryptography;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Tests.Messages.Dkim;

public sealed class DkimKeyFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(DkimAlgorithm.RsaSha256, "v=DKIM1; k=rsa; p=", 2048)]
    [InlineData(DkimAlgorithm.Ed25519Sha256, "v=DKIM1; k=ed25519; p=", 256)]
    public void ACreatedKeySignsAndMatchesItsRecord(DkimAlgorithm algorithm, string record, int bits)
    {
        var file = folder.File(Path.Combine("keys", "s1.pem"));

        var key = DkimKeyFile.Create(file, algorithm);

        Assert.StartsWith(record, key.ToRecord(), StringComparison.Ordinal);
        Assert.Equal(bits, key.Bits);
        Assert.True(DkimPublicKey.TryParse(key.Type, key.ToRecord().Split("p=")[1])!.Matches(key));
        using var signatures = new DkimSignatures(
            [new DkimOptions { Domain = "example.org", Selector = "s1", KeyFile = file, Algorithm = algorithm }]);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void AnExistingFileIsNotOverwritten()
    {
        folder.Write("s1.pem", "precious");

        var error = Assert.Throws<TrendingMailException>(
            () => DkimKeyFile.Create(folder.File("s1.pem"), DkimAlgorithm.RsaSha256));

        Assert.Contains("already exists", error.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(folder.File("s1.pem")));
    }

    [Fact]
    public void AnRsaKeyIsRecognizedInBothOfItsForms()
    {
        using var rsa = RSA.Create(1024);
        var full = DkimPublicKey.TryParse("rsa", Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()));
        var bare = DkimPublicKey.TryParse("rsa", Convert.ToBase64String(rsa.ExportRSAPublicKey()).Insert(20, " \t"));

        Assert.True(full!.Matches(bare!));
        Assert.Null(DkimPublicKey.TryParse("rsa", "AAAA"));
        Assert.Null(DkimPublicKey.TryParse("ed25519", "AAAA"));
        Assert.Null(DkimPublicKey.TryParse("dsa", "AAAA"));
    }
}
