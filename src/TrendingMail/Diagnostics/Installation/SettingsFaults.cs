namespace TrendingMail.Diagnostics.Installation;

/// <summary>Why the settings were refused, a line each; empty if they are valid.</summary>
public sealed record SettingsFaults(IReadOnlyList<string> Messages)
{
    public static SettingsFaults None { get; } = new([]);
}
