using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Messages.Dkim;
using TrendingMail.Templates;

namespace TrendingMail.Diagnostics.Installation;

/// <summary>Whether the program would start: valid settings, readable DKIM keys and templates.</summary>
internal sealed class SettingsCheck(SettingsFaults faults, IServiceProvider services) : IDiagnosticCheck
{
    public string Name => DoctorRun.SettingsCheckName;

    public CheckGroup Group => CheckGroup.Installation;

    public string Description => "whether the settings are valid, and the files that they name can be used";

    public bool NeedsNetwork => false;

    public bool GuardsReputation => false;

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>(
            faults.Messages.Concat(faults.Messages.Count > 0 ? [] : FindUnusable())
                .Select(fault => Finding.Bad(fault, "Correct it in appsettings.json or in the environment. " +
                    "docs/configuration.md lists every setting."))
                .DefaultIfEmpty(Finding.Good("The settings are valid.")).ToList());

    /// <summary>What is read at start only when it is first used.</summary>
    private IEnumerable<string> FindUnusable() => new Func<string?>[]
    {
        () => Explain<DkimSignatures>(), () => Explain<TemplateLibrary>(),
    }.Select(explain => explain()).OfType<string>();

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
