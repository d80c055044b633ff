using System.Text.Json;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>The Nu HTML checker (https://validator.github.io/validator/), which <c>tests/run.sh</c> installs.</summary>
internal static class NuChecker
{
    /// <summary>Where <c>tests/run.sh</c> says the checker lies.</summary>
    private const string Location = "VNU_JAR";

    /// <summary>The errors in all HTML files of a folder, a line each; none where they are as they should be.</summary>
    public static async Task<IReadOnlyList<string>> ErrorsAsync(string folder)
    {
        var java = Need.Program("default-jre-headless", "java");
        var jar = Environment.GetEnvironmentVariable(Location);
        if (!File.Exists(jar))
        {
            Need.Missing($"the Nu HTML checker is not there; run tests/run.sh, or set {Location} to the vnu.jar of npm's vnu-jar");
        }

        // Its verdict comes on standard error, and errors make it end with 1.
        var checker = await Child.RunAsync(
            java, "-jar", jar!, "--format", "json", "--errors-only", "--exit-zero-always", "--skip-non-html", folder);
        var report = JsonElement.Parse(checker.Well().Errors);
        return
        [
            .. report.GetProperty("messages").EnumerateArray().Select(message =>
                $"{Path.GetFileName(message.GetProperty("url").GetString())}, line {Line(message)}: " +
                $"{message.GetProperty("message").GetString()}"),
        ];
    }

    private static string Line(JsonElement message) =>
        message.TryGetProperty("lastLine", out var line) ? line.ToString() : "?";
}
