using System.CommandLine;
using TrendingMail.Scheduling;
using TrendingMail.Storage.Migrations;
using TrendingMail.Worker.Configuration;
using TrendingMail.Worker.Hosting;
using TrendingMail.Worker.Web;

namespace TrendingMail.Worker.Commands;

/// <summary><c>run</c>, the default: migrates, serves, schedules.</summary>
internal static class RunCommand
{
    private static readonly Option<Role> RoleOption = new("--role")
    {
        Description = "all, web (pages only) or worker (scheduled jobs and mail only)",
    };

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
        Ports.ThrowIfInUse(settings.UrlsFor(role));
        await using var app = WebApp.Create(settings, role);
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(stop);
        await app.Services.GetRequiredService<QuartzStore>().PrepareAsync();
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw Ports.InUseError(settings.UrlsFor(role), e);
        }

        await app.WaitForShutdownAsync(stop);
        return CommandRun.Done;
    }
}
