using System.Globalization;
using System.Text.Json;

namespace TrendingMail.Papers.Files;

/// <summary>Fields of JSON that others wrote: one of the wrong type is taken as absent.</summary>
internal static class JsonFields
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
        value.GetString() is { } text && !string.IsNullOrWhiteSpace(text)
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
                .Select(item => item.GetString()!.Trim())
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
}
