using System.Collections.Frozen;

namespace TrendingMail.Subscribers.Import.Columns;

/// <summary>Yes and no, as lists write them.</summary>
internal static class ImportFlag
{
    private static readonly FrozenSet<string> Yes = new[]
    {
        "1", "true", "yes", "y", "t", "on", "x", "ja", "oui", "si", "sí", "sim", "да", "是",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> No = new[]
    {
        "0", "false", "no", "n", "f", "off", "none", "null", "never", "-", "nein", "non", "não",
        "нет", "否", "0000-00-00",
        "0000-00-00 00:00:00",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsYes(string text) => Yes.Contains(text);

    /// <summary>No, or the absence of a date or number.</summary>
    public static bool IsNo(string text) => No.Contains(text.Trim());

    /// <summary>Whether a field that says that someone has left is set: to anything but no.</summary>
    public static bool IsSet(string? text) => text is not null && !IsNo(text);
}
