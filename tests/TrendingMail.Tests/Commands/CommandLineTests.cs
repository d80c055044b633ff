using TrendingMail.Worker.Commands;

namespace TrendingMail.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public void AnErrorForTheOperatorIsShownAsItIs() =>
        Assert.Equal("Do this.", CommandLine.Describe(new AggregateException(new TrendingMailException("Do this."))));

    [Fact]
    public void AFileErrorNamesTheRemedy() =>
        Assert.Equal("Cannot read or write a file: Disk full. Check the path, the permissions and the free space.",
            CommandLine.Describe(new IOException("Disk full.")));

    [Fact]
    public void ADefectIsOneLineWithoutTheNamesOfTypes()
    {
        var text = CommandLine.Describe(new InvalidOperationException("First line.\n   at Second.Line()"));

        Assert.StartsWith("Unexpected error: First line. This is a defect", text, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperationException", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
    }
}
