using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Messages.Dkim;
using TrendingMail.Templates;

namespace TrendingMail.Diagnostics.Installation;

/// <summary>Whether the program would start: valid settings, readable DKIM keys and templates.</summary>
internal sealed class SettingsCheck(SettingsFaults faults, IServiceProvider services) : DiagnosticCheck(
    CheckGroup.Installation, DoctorRun.SettingsCheckName,
    "whether the settings are valid, and the files that they name can be used")
{
    private const string Remedy =
        "Correct it in appsettings.json or in the environment. docs/configuration.md lists every setting.";

    public override Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Found([
        .. faults.Messages.Concat(faults.Messages.Count > 0 ? [] : FindUnusable())
            .Select(fault => Finding.Bad(fault, Remedy))
            .DefaultIfEmpty(Finding.Good("The settings are valid."))]);

    /// <summary>What is read at start only when it is first used.</summary>
    private IEnumerable<string> FindUnusable() =>
        new[] { Explain<DkimSignatures>(), Explain<TemplateLibrary>() }.OfType<string>();

    private string? Explain<T>()
        where T : notnull
    {
        try
        {
            services.GetRequiredService<T>();
            return null;
        }
        catch (TrendingMailException e)
        {
            return e.Message;
        }
    }
}
