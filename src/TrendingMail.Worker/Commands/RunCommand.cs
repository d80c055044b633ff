using System.CommandLine;
using System.Net.Sockets;
using TrendingMail.Links;
using TrendingMail.Scheduling;
using TrendingMail.Storage.Migrations;
using TrendingMail.Worker.Configuration;
using TrendingMail.Worker.Hosting;
using TrendingMail.Worker.Web;

namespace TrendingMail.Worker.Commands;

/// <summary><c>run</c>, the default: migrates, serves, schedules.</summary>
internal static class RunCommand
{
    private static readonly Option<Role> RoleOption = CommonOptions.Choice<Role>(
        "--role", "all, web (pages only) or worker (scheduled jobs and mail only)");

    /// <summary>
    /// The log category in which the host reports a failed start with a stack trace. The same failure ends the command
    /// with its own message, so that the category is silent until the program has started.
    /// </summary>
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    public static Command Create()
    {
        var command =
            new Command("run", "Serve the pages, collect papers and send digests (the default)") { RoleOption };
        command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(RoleOption), stop));
        return command;
    }

    public static async Task<int> RunAsync(Role role, CancellationToken stop)
    {
        var settings = Settings.Load(ApplicationPaths.LoadConfiguration(), ApplicationPaths.WorkingDirectory);
        foreach (var (setting, urls) in settings.ListenersFor(role))
        {
            Ports.ThrowIfUnavailable(urls, setting);
        }

        var isStarted = false;
        await using var app = WebApp.Create(settings, role, builder =>
            builder.Logging.AddFilter(
                HostCategory, level => level >= LogLevel.Warning && Volatile.Read(ref isStarted)));
        app.Services.GetRequiredService<FileProtection>().Narrow();
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(stop);
        app.Services.GetRequiredService<KeyRing>();
        await app.Services.GetRequiredService<QuartzStore>().PrepareAsync();
        try
        {
            await app.StartAsync(stop);
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
        {
            throw Ports.CreateError(settings.UrlsFor(role), settings.ListenersFor(role).First().Setting, e);
        }

        Volatile.Write(ref isStarted, true);
        await app.WaitForShutdownAsync(stop);
        return app.Services.GetServices<IHostedService>().OfType<BackgroundService>()
            .Any(service => service.ExecuteTask is { IsFaulted: true }) ? CommandRun.Failed : CommandRun.Done;
    }
}
