using TrendingMail.Storage;
using TrendingMail.Subscribers.Import.Columns;

namespace TrendingMail.Subscribers.Import.Lines;

/// <summary>Names a field of a list that cannot be read, what it says, and what it could say.</summary>
internal static class ImportFault
{
    private const int MaximumShown = 60;

    public static string Describe(ImportField field, string text, string accepted) =>
        $"{field.ToColumn()} is '{Abbreviate(text)}'; give {accepted}.";

    /// <inheritdoc cref="Describe(ImportField, string, string)"/>
    /// <typeparam name="T">The accepted values.</typeparam>
    public static string Describe<T>(ImportField field, string text)
        where T : struct, Enum =>
        Describe(field, text, string.Join(", ", Enum.GetValues<T>().Select(value => value.ToColumn())));

    public static bool TryParseEnum<T>(string text, out T value)
        where T : struct, Enum =>
        Enum.TryParse(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out value)
            && Enum.IsDefined(value) && char.IsAsciiLetter(text[0]);

    private static string Abbreviate(string text) => text.Length > MaximumShown ? $"{text[..MaximumShown]}…" : text;
}
