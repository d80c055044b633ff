namespace TrendingMail.SystemTests.Mail;

/// <summary>What mail programs know of HTML and CSS, by the data of caniemail.com, which <c>tests/run.sh</c> installs.</summary>
internal static class CanIEmail
{
    /// <summary>Where <c>tests/run.sh</c> says the package lies.</summary>
    private const string Location = "CANIEMAIL";

    /// <summary>The features in an HTML file that Gmail, Outlook, Apple Mail or Thunderbird lacks or has in part.</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(string html)
    {
        var node = Need.Program("nodejs", "node");
        var package = Environment.GetEnvironmentVariable(Location);
        if (!Directory.Exists(package))
        {
            Need.Missing($"the data of caniemail.com is not there; run tests/run.sh, or set {Location} to the folder of npm's caniemail");
        }

        var script = Path.Combine(AppContext.BaseDirectory, "Mail", "lint_mail.mjs");
        return (await Child.RunAsync(node, script, package!, html)).Well().Output
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
