using Microsoft.Extensions.Time.Testing;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Installation;
using TrendingMail.Diagnostics.Installation.Data;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Links;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.Sqlite;

namespace TrendingMail.Tests.Diagnostics.Installation;

public sealed class FileCheckTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder folder = new();

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, Verdict.Good)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupWrite, Verdict.Warn)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, Verdict.Bad)]
    public async Task ASecretThatOthersCanReadIsBad(UnixFileMode mode, Verdict verdict)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var file = folder.Write("password", "secret");
        File.SetUnixFileMode(file, mode);

        var finding = Assert.Single(await new SecretFilesCheck(CreateFiles(file, "none")).RunAsync(Stop));

        Assert.Equal(verdict, finding.Verdict);
        Assert.Equal(verdict == Verdict.Bad ? $"chmod 600 {file}" : finding.Remedy, finding.Remedy);
    }

    [Theory]
    [InlineData("""{"Mail": {"Smtp": [{"Password": "secret"}]}}""", Verdict.Bad)]
    [InlineData("""{"Database": {"ConnectionString": "Host=db;Password=secret"}}""", Verdict.Bad)]
    [InlineData("""{"Mail": {"Smtp": [{"PasswordFile": "p", "Password": ""}]}}""", Verdict.Good)]
    public async Task SettingsWithAPasswordAreASecret(string settings, Verdict verdict)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var file = folder.Write("appsettings.json", settings);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Equal(verdict, Assert.Single(
            await new SecretFilesCheck(CreateFiles("none", file)).RunAsync(Stop)).Verdict);
    }

    [Theory]
    [InlineData("trendingmail-20261123T031000Z.zip", true, Verdict.Good)]
    [InlineData("trendingmail-20261120T031000Z.zip", true, Verdict.Bad)]
    [InlineData("other.zip", true, Verdict.Warn)]
    [InlineData("trendingmail-20261123T031000Z.zip", false, Verdict.Warn)]
    [InlineData("trendingmail-20261123T031000Z.zip.unverified", true, Verdict.Bad)]
    public async Task BackupsMustBeNewAndProven(string name, bool verify, Verdict worst)
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, name), "", Stop);

        Assert.Equal(worst, (await CheckBackupsAsync(new BackupOptions { Folder = folder.Path, Verify = verify }))
            .Max(finding => finding.Verdict));
    }

    [Fact]
    public async Task BackupsAreExpected() =>
        Assert.Equal(Verdict.Warn, Assert.Single(await CheckBackupsAsync(new BackupOptions())).Verdict);

    public void Dispose() => folder.Dispose();

    private SecretFiles CreateFiles(string passwordFile, string settings) => new(
        new FileKeyStore(folder.File("keys.json"), clock), new SqliteDialect("Data Source=data.db", folder.Path),
        new MailOptions { Smtp = [new SmtpOptions { PasswordFile = passwordFile }] }, new InboundOptions(),
        new PostmarkWebhookOptions(), new MailgunWebhookOptions(), new GenericWebhookOptions(),
        new DeliverabilityOptions(), new SettingsFile(settings));

    private Task<IReadOnlyList<Finding>> CheckBackupsAsync(BackupOptions options) =>
        new BackupsCheck(new BackupSchedule(null!, options, clock), options, clock).RunAsync(Stop);
}
