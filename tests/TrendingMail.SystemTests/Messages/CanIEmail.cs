namespace TrendingMail.SystemTests.Messages;

/// <summary>HTML and CSS support of mail clients; <c>tests/run.sh</c> installs the data of caniemail.com.</summary>
internal static class CanIEmail
{
    /// <summary>The environment variable in which <c>tests/run.sh</c> passes the path of the package.</summary>
    private const string PackageVariable = "CANIEMAIL";

    /// <summary>
    /// Features of an HTML file that Gmail, Outlook, Apple Mail or Thunderbird lacks or partly supports.
    /// </summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(string html)
    {
        var node = Require.Program("nodejs", "node");
        var package = Environment.GetEnvironmentVariable(PackageVariable);
        if (!Directory.Exists(package))
        {
            Require.Skip(
                $"the caniemail.com data is missing; run tests/run.sh, or set {PackageVariable} to npm's caniemail " +
                    "folder");
        }

        var script = Path.Combine(AppContext.BaseDirectory, "Messages", "lint_mail.mjs");
        return (await Child.RunAsync(node, script, package!, html)).EnsureSuccess().Output
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
