using System.Globalization;
using TrendingMail.SystemTests.Delivery;
using TrendingMail.SystemTests.Diagnostics;
using TrendingMail.Tests.Documentation;

namespace TrendingMail.SystemTests.Documentation;

/// <summary>
/// Follows "From zero to inbox" of docs/deliverability.md: its commands, its zone on a real name server, and a real
/// mail server in place of mail.example.org.
/// </summary>
public sealed class ZeroToInboxTests
{
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static readonly MarkdownPage Page = ReadSection();

    [Fact]
    public async Task WhoFollowsTheStepsHasNoFindingButThePolicyToEnforceLater()
    {
        await using var postfix = await PostfixServer.CreateAsync();
        await using var app = new TestApp();
        var blocks = Page.CodeBlocks.Where(block => block.Language == "sh")
            .Select(block => DocumentedCommands.Parse(Page.Path, block.Lines)).ToList();
        var created = await RunAsync(app, [.. blocks[0].Exports, .. blocks[0].Commands]);
        await using var dns = await DnsServer.StartAsync(
        [
            .. Page.CodeBlocks.Single(block => block.Language == "zone").Lines,
            created.Output.Split('\n').Single(line => line.Contains(" IN TXT ", StringComparison.Ordinal)),
        ]);
        string[] settings =
        [
            .. blocks.Skip(1).SelectMany(block => block.Exports),
            "export Mail__Smtp__0__Host=127.0.0.1",
            $"export Mail__Smtp__0__Port={postfix.Port.ToString(CultureInfo.InvariantCulture)}",
            "unset Mail__Smtp__0__UserName Mail__Smtp__0__PasswordFile",
            $"export Deliverability__Resolver={dns.Resolver}",
        ];

        var checks = await RunAsync(app, [.. settings, .. blocks.Skip(1).SelectMany(block => block.Commands)]);

        Assert.Equal(
            ["dns-dmarc: policy: The DMARC policy for papers.example.org is none"],
            checks.Output.Split('\n').Where(line => line.StartsWith("  warn", StringComparison.Ordinal))
                .Select(line => line.Trim()["warn".Length..].Trim().Split(" (")[0]));
        Assert.DoesNotContain("  bad", checks.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("  unknown", checks.Output, StringComparison.Ordinal);
        Assert.Contains("SPF of papers.example.org authorizes 192.0.2.25", checks.Output, StringComparison.Ordinal);
    }

    /// <summary>Runs commands of the page in the shell, and stops at the first that fails.</summary>
    private static async Task<ProcessResult> RunAsync(TestApp app, IEnumerable<string> commands)
    {
        var script = string.Join('\n', commands.Select(command => command.Replace(
            $"{DocumentedCommands.Program} --", $"'{Dotnet}' '{app.Program}'", StringComparison.Ordinal)));
        await using var shell = Child.Start(
            "bash", ["-exuo", "pipefail", "-c", script], app.Folder, app.ProcessEnvironment);
        return (await shell.WaitForExitAsync()).EnsureSuccess();
    }

    private static MarkdownPage ReadSection()
    {
        const string Path = "docs/deliverability.md";
        var text = File.ReadAllText(Repository.File("docs", "deliverability.md"));
        var start = text.IndexOf("## From zero to inbox", StringComparison.Ordinal);
        return MarkdownPage.Parse(Path, text[start..text.IndexOf("\n## ", start, StringComparison.Ordinal)]);
    }
}
