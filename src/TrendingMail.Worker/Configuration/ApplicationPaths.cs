namespace TrendingMail.Worker.Configuration;

/// <summary>
/// Locates the program's files: data and the operator's settings and templates in the working directory, bundled
/// settings and templates beside the executable.
/// </summary>
internal static class ApplicationPaths
{
    public static string WorkingDirectory { get; } = Environment.CurrentDirectory;

    public static string Templates => System.IO.Directory.Exists(Path.Combine(WorkingDirectory, "templates"))
        ? Path.Combine(WorkingDirectory, "templates")
        : Path.Combine(AppContext.BaseDirectory, "templates");

    /// <summary>
    /// Loads the configuration; later sources override earlier ones: the bundled appsettings.json, the operator's
    /// appsettings.json, environment variables.
    /// </summary>
    /// <exception cref="TrendingMailException">A file is not valid JSON.</exception>
    public static IConfigurationRoot LoadConfiguration()
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddJsonFile(Path.Combine(WorkingDirectory, "appsettings.json"), optional: true)
                .AddEnvironmentVariables()
                .Build();
        }
        catch (InvalidDataException e)
        {
            throw new TrendingMailException(
                $"Cannot read the settings: {e.Message} {e.InnerException?.InnerException?.Message}", e);
        }
    }
}
