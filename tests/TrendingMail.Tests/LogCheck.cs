using System.Text.RegularExpressions;

namespace TrendingMail.Tests;

/// <summary>Checks what the program logged while a test ran.</summary>
internal static partial class LogCheck
{
    /// <summary>Asserts that no line of a log holds a full email address or a control character.</summary>
    public static void AssertNothingPersonal(string output) => Assert.DoesNotContain(
        output.Split('\n').Where(line => LogLine().IsMatch(line)),
        line => FullAddress().IsMatch(line) || line.TrimEnd('\r').Any(char.IsControl));

    [GeneratedRegex("^(trce|dbug|info|warn|fail|crit): ")]
    private static partial Regex LogLine();

    /// <summary>More than one character before the @: a masked address has one and an ellipsis.</summary>
    [GeneratedRegex(@"[\w.+-]{2,}@[\w-]+")]
    private static partial Regex FullAddress();
}
