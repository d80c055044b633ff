using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Tests.Configuration;

/// <summary>Generates docs/configuration.md from the options records, their doc comments and accepted ranges.</summary>
internal static partial class ConfigurationPage
{
    private const string Introduction = """
        # Configuration

        <!-- Generated from the options records by ConfigurationPageTests; edit the doc comments there. -->

        Settings come from `appsettings.json` in the folder in which the program is started and from environment
        variables, which take precedence. In an environment variable, two underscores separate the parts of a key:
        `Mail:Smtp:0:Host` is `Mail__Smtp__0__Host`. In JSON, each part is a level:

        ```json
        { "Mail": { "Smtp": [ { "Host": "mail.example.org" } ] } }
        ```

        `N` stands for the number of an entry, from 0. Keys and names of choices may be written in upper or lower case.
        Relative paths start at the folder in which the program is started.

        All settings are checked at start. If a key is unknown or a value is not accepted, the program names the key,
        what is wrong and what is accepted, and stops.
        """;

    private const string Logging = """
        ## Logging

        The lowest level that is logged, by category: `Trace`, `Debug`, `Information`, `Warning`, `Error`, `Critical`
        or `None`. Any category can be added. The defaults are those of the bundled `appsettings.json`.

        | Key | Default |
        |---|---|

        """;

    private static readonly DocComments Comments =
        DocComments.Load(typeof(TrendingMailException).Assembly, typeof(Settings).Assembly);

    public static string Create()
    {
        var page = new StringBuilder(Introduction).Append('\n');
        foreach (var section in SettingsSection.All)
        {
            Append(page, section);
        }

        page.Append('\n').Append(Logging);
        foreach (var (category, level) in BundledLogLevels())
        {
            page.Append(CultureInfo.InvariantCulture, $"| `Logging:LogLevel:{category}` | `{level}` |\n");
        }

        return page.ToString();
    }

    /// <summary>What a setting means and, for a choice, what each name means.</summary>
    public static string Meaning(Setting setting) => string.Join(' ', setting.Type.GetFields()
        .Where(field => setting.Type.IsEnum && field.IsLiteral)
        .Select(field => $"`{field.Name}`: {Comments.Summary(field)}")
        .Prepend(Comments.Summary(setting.Property)));

    /// <summary>What a setting accepts.</summary>
    public static string Accepted(Setting setting)
    {
        if (setting.Range is { } range)
        {
            return range.ToString();
        }

        if (Comments.Value(setting.Property) is { Length: > 0 } value)
        {
            return value;
        }

        return setting.Type.IsEnum ? string.Join(", ", Enum.GetNames(setting.Type).Select(name => $"`{name}`"))
            : setting.Type == typeof(bool) ? "`true` or `false`"
            : setting.Type == typeof(TimeOnly) ? "a time such as 21:30"
            : setting.Type == typeof(Uri) ? "an http or https URL"
            : setting.Type == typeof(string) ? "text"
            : "";
    }

    private static void Append(StringBuilder page, SettingsSection section)
    {
        var level = section.Key.Contains(':', StringComparison.Ordinal) ? "###" : "##";
        var title = section.Key.Length > 0 ? SettingsSection.Document(section.Key) : "Addresses";
        page.Append(CultureInfo.InvariantCulture, $"\n{level} {title}\n");
        if (section.Key.Length > 0 && Intro().Replace(Comments.Summary(section.Type), "") is { Length: > 0 } intro)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n{char.ToUpperInvariant(intro[0])}{intro[1..]}\n");
        }

        if (section.Settings.Count == 0)
        {
            return;
        }

        page.Append("\n| Key | Default | Accepted | Meaning |\n|---|---|---|---|\n");
        foreach (var setting in section.Settings)
        {
            var defaultText = setting.DefaultText is { Length: > 0 } text ? $"`{text}`" : "";
            page.Append(CultureInfo.InvariantCulture,
                $"| `{setting.DocumentedKey}` | {defaultText} | {Accepted(setting)} | {Meaning(setting)} |\n");
        }
    }

    private static IEnumerable<(string Category, string Level)> BundledLogLevels() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "appsettings.json")))!["Logging"]!["LogLevel"]!
            .AsObject().Select(level => (level.Key, $"{level.Value}"));

    /// <summary>What the summaries of options records begin with.</summary>
    [GeneratedRegex("^Settings of (section |one entry of )?`[^`]*`[.:] ?")]
    private static partial Regex Intro();
}
