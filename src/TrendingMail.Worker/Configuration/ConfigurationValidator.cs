using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace TrendingMail.Worker.Configuration;

/// <summary>
/// Reports unknown keys and values of the wrong type before binding, so that a typo does not silently leave the default
/// in place.
/// </summary>
internal static class ConfigurationValidator
{
    /// <summary>
    /// Returns one line per error. At the top level, unknown keys are ignored, because the environment is shared with
    /// other programs.
    /// </summary>
    public static IEnumerable<string> Validate(IConfiguration configuration, Type settings) =>
        settings.GetProperties().SelectMany(property =>
            Validate(configuration.GetSection(property.Name), property.PropertyType));

    /// <summary>Returns one line for each log level that does not exist.</summary>
    public static IEnumerable<string> ValidateLogLevels(IConfiguration configuration) =>
        configuration.GetSection("Logging:LogLevel").GetChildren()
            .Select(section => ValidateScalar(section, typeof(LogLevel))).OfType<string>();

    private static IEnumerable<string> Validate(IConfigurationSection section, Type type)
    {
        if (FindWrongShape(section, type) is { } fault)
        {
            return [fault];
        }

        if (ItemType(type) is { } item)
        {
            return section.GetChildren().SelectMany(child => Validate(child, item));
        }

        if (IsScalar(type))
        {
            return ValidateScalar(section, type) is { } error ? [error] : [];
        }

        var properties = type.GetProperties().Where(property => property.CanWrite).ToArray();
        return section.GetChildren().SelectMany(child =>
            properties.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } property
                ? Validate(child, property.PropertyType)
                : [$"{child.Path} is unknown; {section.Path} has " +
                    $"{string.Join(", ", properties.Select(p => p.Name))}."]);
    }

    /// <summary>
    /// A value where a group of settings belongs, or the reverse. A top-level section cannot be judged: the environment
    /// may have a variable of its name, as login shells have MAIL.
    /// </summary>
    private static string? FindWrongShape(IConfigurationSection section, Type type) =>
        IsScalar(type)
            ? section.GetChildren().Any()
                ? $"{section.Path} is a group of settings; expected a single value."
                : null
            : section.Value is { Length: > 0 } value && section.Path != section.Key
                ? $"{section.Path} is '{value}'; expected " +
                    (ItemType(type) is null ? "a group of settings." : "a list.")
                : null;

    private static Type? ItemType(Type type) =>
        type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[0] : null;

    private static bool IsScalar(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(Uri) || type.IsValueType;

    private static string? ValidateScalar(IConfigurationSection section, Type type)
    {
        if (section.Value is not { } value || type == typeof(string))
        {
            return null;
        }

        if (type.IsEnum)
        {
            return Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase)
                ? null
                : $"{section.Path} is '{value}'; expected one of {string.Join(", ", Enum.GetNames(type))}.";
        }

        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, value);
            return null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or TargetInvocationException
            or OverflowException)
        {
            var expected = type == typeof(int) ? "a whole number" : type == typeof(TimeOnly) ? "a time such as 21:30"
                : type == typeof(DateOnly?) ? "a date such as 2026-12-01"
                : type == typeof(Uri) ? "an address such as https://papers.example.org" : $"a {type.Name}";
            return $"{section.Path} is '{value}'; expected {expected}.";
        }
    }
}
