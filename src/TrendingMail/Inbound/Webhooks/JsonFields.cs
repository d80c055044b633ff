using System.Text.Json;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Fields of JSON that others wrote: what is missing or of another type is not there.</summary>
internal static class JsonFields
{
    /// <summary>Providers' events are a few levels deep.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>The document; null where it is none, or its outermost value is of another kind.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> bytes, JsonValueKind kind)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Options);
            return document.RootElement.ValueKind == kind ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, JsonValueKind)"/>
    public static JsonElement? Parse(string text, JsonValueKind kind) =>
        Parse(System.Text.Encoding.UTF8.GetBytes(text), kind);

    /// <summary>A string, or a number or boolean as it is written; null where there is no such field.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? Text(value) : null;

    /// <summary>An object; one without fields where there is no such field.</summary>
    public static JsonElement Object(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) &&
        value.ValueKind == JsonValueKind.Object
            ? value
            : default;

    /// <summary>The items of a list; none where there is no such field.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) &&
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];

    public static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => StringOf(value),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    /// <summary>A string may have escapes that stand for no character, such as half of a pair.</summary>
    private static string? StringOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
