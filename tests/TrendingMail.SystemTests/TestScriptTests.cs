namespace TrendingMail.SystemTests;

/// <summary>The test command's own functions, called in a shell that sources it.</summary>
public sealed class TestScriptTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("test-script-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task ADovecotWithImapOnlyLacksTheOtherTwoServers()
    {
        var missing = await ShellAsync($"have() {{ true; }}; dovecot_servers='{folder.FullName}'; " +
            "install /dev/null $dovecot_servers/imap-login; missing_packages");

        Assert.Equal(["dovecot-pop3d", "dovecot-lmtpd"],
            missing.Split('\n').Where(package => package.StartsWith("dovecot", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task EachMissingProgramNamesItsPackage()
    {
        var missing = await ShellAsync("have() { false; }; dovecot_servers=/none; missing_packages");

        Assert.Superset(
            new HashSet<string>
            {
                "python3", "git", "postfix", "dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd", "dovecot-sieve",
                "swaks", "opendkim", "knot", "chromium", "default-jre-headless", "nodejs", "npm", "spamassassin",
            },
            missing.Split('\n').ToHashSet());
    }

    [Fact]
    public async Task FailedTestsAreListedWithTheirMessages()
    {
        var results = Path.Combine(folder.FullName, "results.trx");
        await File.WriteAllTextAsync(results, """
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
            <UnitTestResult testName="A.Good" outcome="Passed" />
            <UnitTestResult testName="A.Bad" outcome="Failed"><Output><ErrorInfo>
            <Message>Expected: 1&#10;Actual: 2</Message></ErrorInfo></Output></UnitTestResult>
            </Results></TestRun>
            """, TestContext.Current.CancellationToken);

        Assert.Equal("failed: A.Bad\n    Expected: 1\n    Actual: 2\n",
            await ShellAsync($"print_failures '{results}'"));
    }

    private static async Task<string> ShellAsync(string script) => (await Child.RunAsync(
        "bash", "-c", $"source '{Repository.File("tests", "run.sh")}'; {script}")).EnsureSuccess().Output;
}
