using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Diagnostics;
using TrendingMail.Tests.Golden;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Tests.Documentation;

/// <summary>
/// The table of checks in docs/deliverability.md. To renew it, run these tests with <c>ACCEPT_GOLDEN=1</c>.
/// </summary>
public sealed class DoctorTableTests
{
    private const string Header = "| check | checks | network | holds digests |\n|---|---|---|---|\n";

    private static readonly string Page = Path.Combine(Repository.Root, "docs", "deliverability.md");

    [Fact]
    public void TheTableListsEveryCheck()
    {
        using var services = new ServiceCollection().AddTrendingMail(new Settings()).AddLogging()
            .BuildServiceProvider();
        var page = File.ReadAllText(Page);
        var start = page.IndexOf(Header, StringComparison.Ordinal) + Header.Length;
        var end = page.IndexOf("\n\n", start - 1, StringComparison.Ordinal) + 1;

        GoldenFile.Verify(Page, page[..start]
            + string.Concat(services.GetRequiredService<Doctor>().Checks.Select(CreateRow)) + page[end..]);
    }

    private static string CreateRow(IDiagnosticCheck check) => $"| `{check.Name}` | {check.Description} | " +
        $"{YesIf(check.NeedsNetwork)} | {YesIf(check is { GuardsReputation: true, NeedsNetwork: false })} |\n";

    private static string YesIf(bool condition) => condition ? "yes" : "";
}
