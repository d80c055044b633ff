using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Worker.Commands;

/// <summary>Options and arguments shared by several verbs.</summary>
internal static class CommonOptions
{
    /// <summary>Other years are slips of the keyboard, and reckoning with them would leave the calendar.</summary>
    private const int FirstYear = 1970;

    private const int LastYear = 2199;

    /// <summary><c>--date yyyy-MM-dd</c>.</summary>
    public static Option<DateOnly?> Date(string description) => new("--date")
    {
        Description = $"{description} (yyyy-MM-dd)",
        HelpName = "DATE",
        CustomParser = ParseDate,
    };

    /// <summary>
    /// An option that takes one of an enumeration's values, in any case; the first one is the default.
    /// </summary>
    public static Option<T> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>();
        return new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', names.Select(LowerCaseFirst)),
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var at = Array.FindIndex(names, known => known.Equals(text, StringComparison.OrdinalIgnoreCase));
                if (at >= 0)
                {
                    return Enum.Parse<T>(names[at]);
                }

                result.AddError($"{name} is '{text}'; use {JoinChoices(names)}.");
                return default;
            },
        };
    }

    /// <summary>An option that takes a whole number.</summary>
    public static Option<int> Number(
        string name, string description, int defaultValue, int minimum, int maximum) => new(name)
        {
            Description = $"{description}, {minimum} to {maximum} (default: {defaultValue})",
            HelpName = "N",
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) &&
                    number >= minimum && number <= maximum)
                {
                    return number;
                }

                result.AddError($"{name} is '{text}'; give a whole number from {minimum} to {maximum}.");
                return defaultValue;
            },
        };

    private static string LowerCaseFirst(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string JoinChoices(string[] names) =>
        $"{string.Join(", ", names[..^1].Select(LowerCaseFirst))} or {LowerCaseFirst(names[^1])}";

    public static DateOnly? ParseDate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            if (day.Year is >= FirstYear and <= LastYear)
            {
                return day;
            }

            result.AddError($"'{text}' is too far off; use a date from {FirstYear} to {LastYear}.");
            return null;
        }

        result.AddError($"'{text}' is not a date; use yyyy-MM-dd, for example 2026-11-23.");
        return null;
    }

    public static string FormatDate(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static Argument<EmailAddress> Email() => new("EMAIL")
    {
        Description = "Email address",
        CustomParser = result => ParseEmail(result.Tokens[0].Value, result.AddError),
    };

    public static Option<EmailAddress?> Email(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "EMAIL",
        CustomParser = result => ParseEmail(result.Tokens[0].Value, result.AddError),
    };

    private static EmailAddress? ParseEmail(string text, Action<string> addError)
    {
        if (!EmailAddress.TryParse(text, out var address, out var error))
        {
            addError($"'{text}' is not a valid address: {error}");
        }

        return address;
    }
}
