namespace TrendingMail.Worker.Hosting;

/// <summary>The oldest patch of .NET without known faults of security in what the program uses.</summary>
internal static class RuntimePatch
{
    /// <summary>Released in September 2026. Documented in docs/security.md.</summary>
    public static Version Minimum { get; } = new(10, 0, 12);

    /// <summary>What to do about a runtime that is too old; null if it is not.</summary>
    public static string? FindWarning(Version current) => current >= Minimum
        ? null
        : $"This machine runs .NET {current}, which has known security faults. Update it to {Minimum} or later.";
}
