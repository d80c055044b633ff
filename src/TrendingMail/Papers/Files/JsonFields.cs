using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrendingMail.Papers.Files;

/// <summary>Fields of JSON that others wrote: one of the wrong type is taken as absent.</summary>
internal static partial class JsonFields
{
    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        _ => "a truth value",
    };

    public static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String &&
        String(value) is { } text && !string.IsNullOrWhiteSpace(text)
            ? text.Trim()
            : null;

    public static int? Count(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number &&
        value.TryGetInt32(out var count) && count >= 0
            ? count
            : null;

    public static DateTimeOffset? Instant(JsonElement parent, string name) =>
        DateTimeOffset.TryParse(Text(parent, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var instant)
            ? instant
            : null;

    public static string? WebUrl(JsonElement parent, string name) =>
        Uri.TryCreate(Text(parent, name), UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            ? url.AbsoluteUri
            : null;

    public static IReadOnlyList<string> Strings(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()
                .Where(item => item.ValueKind == JsonValueKind.String)
                .Select(item => String(item).Trim())
                .Where(item => item.Length > 0)]
            : [];

    /// <summary>The <c>name</c> of each object of a list.</summary>
    public static IReadOnlyList<string> Names(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()
                .Select(item => item.ValueKind == JsonValueKind.Object ? Text(item, "name") : null)
                .OfType<string>()]
            : [];

    public static JsonElement? Child(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Object ? child : null;

    /// <summary>
    /// A string's text. What is no Unicode in it (bytes that are not UTF-8, or the half of a character that was cut in two,
    /// <c>"\ud83d"</c>) becomes U+FFFD, so that one such abstract does not cost the whole answer.
    /// </summary>
    private static string String(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            var json = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));
            return JsonSerializer.Deserialize<string>(Escape().Replace(json, match => match.Groups["half"].Success ? "\\ufffd" : match.Value))!;
        }
    }

    /// <summary>An escape: a pair of halves, a half alone, or any other.</summary>
    [GeneratedRegex(
        @"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
        RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
