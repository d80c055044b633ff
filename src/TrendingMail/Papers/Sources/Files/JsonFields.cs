using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrendingMail.Papers.Sources.Files;

/// <summary>Reads fields of untrusted JSON. A field of the wrong type is treated as absent.</summary>
internal static partial class JsonFields
{
    public static string DescribeKind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Array => "an array",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    public static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String &&
        DecodeString(value) is { } text && !string.IsNullOrWhiteSpace(text)
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
                .Select(item => DecodeString(item).Trim())
                .Where(item => item.Length > 0)]
            : [];

    /// <summary>The <c>name</c> field of each object in an array.</summary>
    public static IReadOnlyList<string> Names(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()
                .Select(item => item.ValueKind == JsonValueKind.Object ? Text(item, "name") : null)
                .OfType<string>()]
            : [];

    public static JsonElement? Child(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Object ? child : null;

    /// <summary>
    /// Decodes a string. Invalid UTF-8 and unpaired surrogates (<c>"\ud83d"</c>) become U+FFFD, so that one bad
    /// abstract does not invalidate the whole response.
    /// </summary>
    private static string DecodeString(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            var json = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));
            return JsonSerializer.Deserialize<string>(
                EscapePattern().Replace(json, match => match.Groups["half"].Success ? "\\ufffd" : match.Value))!;
        }
    }

    /// <summary>A surrogate pair, an unpaired surrogate, or any other escape sequence.</summary>
    [GeneratedRegex(
        @"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
        RegexOptions.CultureInvariant)]
    private static partial Regex EscapePattern();
}
