using System.Text.Json;

namespace TrendingMail.SystemTests.Browsing;

/// <summary>The Nu HTML checker (https://validator.github.io/validator/), which <c>tests/run.sh</c> installs.</summary>
internal static class NuChecker
{
    /// <summary>The environment variable with the path of the checker, set by <c>tests/run.sh</c>.</summary>
    private const string PathVariable = "VNU_JAR";

    /// <summary>The errors in all HTML files of a folder, one per line.</summary>
    public static async Task<IReadOnlyList<string>> ErrorsAsync(string folder)
    {
        var java = Require.Program("default-jre-headless", "java");
        var jar = Environment.GetEnvironmentVariable(PathVariable);
        if (!File.Exists(jar))
        {
            Require.Skip(
                $"the Nu HTML checker is missing; run tests/run.sh, or set {PathVariable} to the vnu.jar of npm's " +
                    "vnu-jar");
        }

        // The report goes to standard error.
        var checker = await Child.RunAsync(
            java, "-jar", jar!, "--format", "json", "--errors-only", "--exit-zero-always", "--skip-non-html", folder);
        var report = JsonElement.Parse(checker.EnsureSuccess().Errors);
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
