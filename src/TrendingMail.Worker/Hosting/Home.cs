namespace TrendingMail.Worker.Hosting;

/// <summary>
/// Where the program finds its files: data and the operator's own settings and templates in the folder in which it is
/// started, and the ones that come with it beside the program.
/// </summary>
internal static class Home
{
    public static string Directory { get; } = Environment.CurrentDirectory;

    public static string Templates => System.IO.Directory.Exists(Path.Combine(Directory, "templates"))
        ? Path.Combine(Directory, "templates")
        : Path.Combine(AppContext.BaseDirectory, "templates");

    /// <summary>The settings in order: those that come with the program, the operator's file, environment variables.</summary>
    /// <exception cref="TrendingMailException">A file is not valid JSON.</exception>
    public static IConfigurationRoot ReadSettings()
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddJsonFile(Path.Combine(Directory, "appsettings.json"), optional: true)
                .AddEnvironmentVariables()
                .Build();
        }
        catch (InvalidDataException e)
        {
            throw new TrendingMailException(
                $"The settings cannot be read: {e.Message} {e.InnerException?.InnerException?.Message}", e);
        }
    }
}
