using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace TrendingMail.Worker.Hosting;

/// <summary>
/// Looks for keys that are no settings and for values of the wrong kind, before anything is bound: a typing mistake must
/// not silently mean the default.
/// </summary>
internal static class SettingsCheck
{
    /// <summary>One line for each fault. At the top level only our own sections are looked at: others share the environment.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration, Type settings) =>
        settings.GetProperties().SelectMany(property =>
            Faults(configuration.GetSection(property.Name), property.PropertyType));

    private static IEnumerable<string> Faults(IConfigurationSection section, Type type)
    {
        if (ItemType(type) is { } item)
        {
            return section.GetChildren().SelectMany(child => Faults(child, item));
        }

        if (IsLeaf(type))
        {
            return LeafFault(section, type) is { } fault ? [fault] : [];
        }

        var properties = type.GetProperties().Where(property => property.CanWrite).ToArray();
        return section.GetChildren().SelectMany(child =>
            properties.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } property
                ? Faults(child, property.PropertyType)
                : [$"{child.Path} does not exist; {section.Path} has {string.Join(", ", properties.Select(p => p.Name))}."]);
    }

    private static Type? ItemType(Type type) =>
        type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[0] : null;

    private static bool IsLeaf(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(Uri) || type.IsValueType;

    private static string? LeafFault(IConfigurationSection section, Type type)
    {
        if (section.Value is not { } value || type == typeof(string))
        {
            return null;
        }

        if (type.IsEnum)
        {
            return Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase)
                ? null
                : $"{section.Path} is '{value}'; give one of {string.Join(", ", Enum.GetNames(type))}.";
        }

        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, value);
            return null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or TargetInvocationException or OverflowException)
        {
            var expected = type == typeof(int) ? "a whole number" : type == typeof(TimeOnly) ? "a time such as 21:30"
                : type == typeof(Uri) ? "an address such as https://papers.example.org" : $"a {type.Name}";
            return $"{section.Path} is '{value}'; give {expected}.";
        }
    }
}
