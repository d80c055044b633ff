using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Worker.Terminal;

namespace TrendingMail.Tests.Terminal;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("550 5.1.1 <ada@example.org>: unknown", "550 5.1.1 <a…@example.org>: unknown")]
    [InlineData("to=ada.lovelace+x@example.org;", "t…@example.org;")]
    [InlineData("\"ada lovelace\"@example.org", "…@example.org")]
    [InlineData("bounces+7.ada=example.org@papers.example.org", "b…@papers.example.org")]
    [InlineData("https://example.org/?to=ada%40example.org", "https://example.org/?…%40example.org")]
    [InlineData("jürgen@bücher.example 佐藤@例え.jp", "j…@bücher.example 佐…@例え.jp")]
    [InlineData("root@localhost, ada@[192.0.2.1]", "r…@localhost, a…@[192.0.2.1]")]
    [InlineData("a…@example.org", "a…@example.org")]
    [InlineData("edition 12 @ noon", "edition 12 @ noon")]
    public void AddressesAreMaskedInALog(string text, string expected) =>
        Assert.Equal(expected, TerminalText.ForLog(text));

    [Theory]
    [InlineData("\u001b[2J\u001b]0;title\u0007", "\\u001b[2J\\u001b]0;title\\u0007")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("550 no\r\nfail: forged", "550 no fail: forged")]
    [InlineData("tab\tnull\0", "tab\\u0009null\\u0000")]
    [InlineData("gpj.\u202egnp\u2066", "gpj.\\u202egnp\\u2066")]
    [InlineData("one\u2028two\u0085three", "one\\u2028two\\u0085three")]
    public void NothingControlsTheTerminalOrForgesALineOfALog(string text, string expected) =>
        Assert.Equal(expected, TerminalText.ForLog(text));

    [Fact]
    public void OutputKeepsLinesTabsAndAddresses() => Assert.Equal(
        "ada@example.org\tactive\nréponse \\u001b[31m\\u000d",
        TerminalText.Escape("ada@example.org\tactive\nréponse \u001b[31m\r"));

    [Fact]
    public void AHugeReplyIsCutBeforeItIsSearched() =>
        Assert.InRange(TerminalText.ForLog(new string('@', 1 << 20)).Length, 1, 17 << 10);

    [Fact]
    public void OnlyProgressReturnsToTheStartOfItsLine()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var writer = new EscapingWriter(output);

        writer.Write("\r10%\u001b");
        writer.WriteLine("a\rb");

        Assert.Equal("\r10%\\u001ba\\u000db\n", output.ToString());
    }

    [Fact]
    public void AnExceptionIsLoggedOnTheSameSafeLine()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(LogLevel.Error, "Delivery", 0, "No mail to ada@example.org",
            new InvalidOperationException("550 <ada@example.org>\r\n\u001b[2J"), (state, _) => state);

        new SafeConsoleFormatter().Write(entry, null, output);

        Assert.Equal("fail: Delivery[0] No mail to a…@example.org System.InvalidOperationException: " +
            "550 <a…@example.org> \\u001b[2J\n", output.ToString());
    }

    [Theory]
    [InlineData("warn: Delivery[0] <ada@example.org>")]
    [InlineData("info: Delivery[0] a\u001b[2J")]
    public void TheCheckOfTheSuitesLogsFindsWhatIsPersonal(string line) =>
        Assert.ThrowsAny<Exception>(() => LogCheck.AssertNothingPersonal($"Web\n{line}\n"));
}
