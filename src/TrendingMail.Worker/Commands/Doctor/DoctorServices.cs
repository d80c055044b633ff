using TrendingMail.Diagnostics.Installation;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Worker.Commands.Doctor;

/// <summary>The services of doctor, which also runs if the settings are invalid: that is its first finding.</summary>
internal static class DoctorServices
{
    public static ServiceProvider Create()
    {
        ServiceProvider? services = null;
        try
        {
            services = CommandRun.CreateServices(CommandRun.LoadSettings());

            // Creates every check, and what they are made of.
            services.GetRequiredService<Diagnostics.Doctor>();
            return services;
        }
        catch (TrendingMailException e)
        {
            services?.Dispose();
            var faults = new SettingsFaults(e.Message.Split(Environment.NewLine));
            return CommandRun.CreateServices(new Settings(), defaults => defaults.AddSingleton(faults));
        }
    }
}
