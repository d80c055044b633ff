using System.Collections;
using System.Globalization;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Tests.Documentation;

/// <summary>The keys of the options records and those of .NET's log levels.</summary>
internal static class SettingKeys
{
    /// <summary>Whether a key names a value, an entry or a section. Entries have numbers, or N or M instead.</summary>
    public static bool Exists(string key)
    {
        if (key.StartsWith("Logging:LogLevel:", StringComparison.Ordinal))
        {
            return true;
        }

        var type = typeof(Settings);
        foreach (var part in key.Split(':'))
        {
            if (EntryType(type) is { } entry)
            {
                if (!IsEntryNumber(part))
                {
                    return false;
                }

                type = entry;
            }
            else if (FindProperty(type, part) is { } property)
            {
                type = property;
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsEntryNumber(string part) =>
        part is "N" or "M" || int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static Type? FindProperty(Type type, string name) =>
        IsSection(type) && type.GetProperty(name) is { CanWrite: true } property ? property.PropertyType : null;

    private static bool IsSection(Type type) =>
        type.Namespace?.StartsWith("TrendingMail", StringComparison.Ordinal) == true && !type.IsEnum;

    private static Type? EntryType(Type type) =>
        type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[0] : null;
}
