using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Commands;

/// <summary>Options and arguments shared by several verbs.</summary>
internal static class CommonOptions
{
    /// <summary><c>--date yyyy-MM-dd</c>.</summary>
    public static Option<DateOnly?> Date(string description) => new("--date")
    {
        Description = $"{description} (yyyy-MM-dd)",
        HelpName = "DATE",
        CustomParser = ParseDate,
    };

    public static DateOnly? ParseDate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
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
