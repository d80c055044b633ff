using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands;

/// <summary>Options and arguments that several verbs have.</summary>
internal static class Options
{
    /// <summary><c>--date yyyy-MM-dd</c>.</summary>
    public static Option<DateOnly?> Date(string description) => new("--date")
    {
        Description = $"{description}, as yyyy-MM-dd",
        HelpName = "D",
        CustomParser = ParseDay,
    };

    public static DateOnly? ParseDay(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        result.AddError($"'{text}' is not a day; give yyyy-MM-dd, such as 2026-11-23.");
        return null;
    }

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static Argument<EmailAddress> Email() => new("EMAIL")
    {
        Description = "The reader's address",
        CustomParser = result => Parse(result.Tokens[0].Value, result.AddError),
    };

    public static Option<EmailAddress?> Email(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "EMAIL",
        CustomParser = result => Parse(result.Tokens[0].Value, result.AddError),
    };

    private static EmailAddress? Parse(string text, Action<string> addError)
    {
        if (!EmailAddress.TryParse(text, out var address, out var fault))
        {
            addError($"'{text}' cannot be used: {fault}");
        }

        return address;
    }
}
