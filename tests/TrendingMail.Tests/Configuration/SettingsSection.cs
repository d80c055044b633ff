using System.Collections;
using System.Globalization;
using System.Reflection;
using TrendingMail.Configuration;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Tests.Configuration;

/// <summary>One key of the settings.</summary>
internal sealed record Setting(string Key, PropertyInfo Property, object? Default)
{
    /// <summary>The key with N in place of the number of an entry.</summary>
    public string DocumentedKey => SettingsSection.Document(Key);

    /// <summary>The type of the value, or of one item of a list.</summary>
    public Type Type { get; } = SettingsSection.ItemType(Property.PropertyType) ?? Property.PropertyType;

    public AcceptedRangeAttribute? Range => Property.GetCustomAttribute<AcceptedRangeAttribute>();

    public string DefaultText => Default switch
    {
        null or "" => "",
        TimeOnly time => time.ToString("HH:mm", CultureInfo.InvariantCulture),
        bool value => value ? "true" : "false",
        IEnumerable and not string => "",
        _ => Convert.ToString(Default, CultureInfo.InvariantCulture)!,
    };
}

/// <summary>An options record: the key of its section, empty at the top, and the keys it holds itself.</summary>
internal sealed record SettingsSection(string Key, Type Type, IReadOnlyList<Setting> Settings)
{
    /// <summary>All sections, sorted by key, the settings of each in the order of their declaration.</summary>
    public static IReadOnlyList<SettingsSection> All { get; } =
        [.. Find("", typeof(Settings)).OrderBy(section => section.Key, StringComparer.Ordinal)];

    public static string Document(string key) =>
        string.Join(':', key.Split(':').Select(part => part == "0" ? "N" : part));

    public static Type? ItemType(Type type) =>
        type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[0] : null;

    private static IEnumerable<SettingsSection> Find(string section, Type type)
    {
        var defaults = Activator.CreateInstance(type);
        var settings = new List<Setting>();
        foreach (var property in type.GetProperties().Where(property => property.CanWrite)
            .OrderBy(property => property.DeclaringType == type).ThenBy(property => property.MetadataToken))
        {
            // The first item of a list stands for all.
            var item = ItemType(property.PropertyType);
            var key = (section.Length > 0 ? $"{section}:" : "") + property.Name + (item is null ? "" : ":0");
            if (IsSection(item ?? property.PropertyType))
            {
                foreach (var nested in Find(key, item ?? property.PropertyType))
                {
                    yield return nested;
                }
            }
            else
            {
                settings.Add(new Setting(key, property, property.GetValue(defaults)));
            }
        }

        yield return new SettingsSection(section, type, settings);
    }

    private static bool IsSection(Type type) =>
        type.Namespace!.StartsWith("TrendingMail", StringComparison.Ordinal) && !type.IsEnum;
}
