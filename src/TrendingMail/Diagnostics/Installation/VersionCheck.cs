using System.Reflection;
using System.Runtime.InteropServices;

namespace TrendingMail.Diagnostics.Installation;

/// <summary>Which version runs, for reports of faults.</summary>
internal sealed class VersionCheck() : DiagnosticCheck(
    CheckGroup.Installation, "version", "the version of the program, of .NET and of the operating system")
{
    public override Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Found(
        Finding.Good($"TrendingMail {GetVersion()}, {RuntimeInformation.FrameworkDescription}, " +
            $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})."));

    private static string GetVersion() => typeof(VersionCheck).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of unknown version";
}
