using System.Text.Json;

namespace TrendingMail.Worker.Configuration;

/// <summary>
/// Locates the program's files: data and the operator's settings and templates in the working directory, bundled
/// settings and templates beside the executable.
/// </summary>
internal static class ApplicationPaths
{
    private const string FileName = "appsettings.json";

    public static string WorkingDirectory { get; } = Environment.CurrentDirectory;

    /// <summary>The folder of the operator's own templates, which may not exist.</summary>
    public static string OwnTemplates => Path.Combine(WorkingDirectory, "templates");

    /// <summary>The operator's own settings, which may not exist.</summary>
    public static string OwnSettings => Path.Combine(WorkingDirectory, FileName);

    public static string Templates => System.IO.Directory.Exists(OwnTemplates)
        ? OwnTemplates
        : Path.Combine(AppContext.BaseDirectory, "templates");

    /// <summary>
    /// Loads the configuration; later sources override earlier ones: the bundled appsettings.json, the operator's
    /// appsettings.json, environment variables.
    /// </summary>
    /// <exception cref="TrendingMailException">A file cannot be read, or is not valid JSON.</exception>
    public static IConfigurationRoot LoadConfiguration()
    {
        string[] files =
            [Path.Combine(AppContext.BaseDirectory, FileName), OwnSettings];
        var builder = new ConfigurationBuilder();
        foreach (var file in files.Where(Path.Exists))
        {
            builder.AddJsonStream(Open(file));
        }

        return builder.AddEnvironmentVariables().Build();
    }

    /// <summary>Reads the file, so that its errors are reported under its name.</summary>
    private static MemoryStream Open(string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            new ConfigurationBuilder().AddJsonStream(new MemoryStream(bytes)).Build();
            return new MemoryStream(bytes);
        }
        catch (Exception e) when (FileProblem.Matches(e))
        {
            throw new TrendingMailException($"Cannot read the settings in {file}: {FileProblem.Explain(file, e)}", e);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or JsonException)
        {
            var place = e.GetBaseException() is JsonException { LineNumber: { } line } json
                ? $"not valid JSON (line {line + 1}, byte {json.BytePositionInLine + 1})."
                : e.GetBaseException().Message;
            throw new TrendingMailException($"Cannot read the settings in {file}: {place}", e);
        }
    }
}
