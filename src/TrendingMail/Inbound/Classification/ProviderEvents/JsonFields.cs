using System.Text.Json;

namespace TrendingMail.Inbound.Classification.ProviderEvents;

/// <summary>Lenient access to untrusted JSON: a field of an unexpected type counts as missing.</summary>
internal static class JsonFields
{
    /// <summary>Providers' events are only a few levels deep.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>Parses a document; null if it is invalid or its root is of another kind.</summary>
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

    /// <summary>A string, or a number or boolean as written; null if missing.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? Text(value) : null;

    /// <summary>An object; an undefined element, which has no fields, if missing.</summary>
    public static JsonElement Object(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) &&
        value.ValueKind == JsonValueKind.Object
            ? value
            : default;

    /// <summary>The items of an array; empty if missing.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) &&
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];

    public static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => ReadString(value),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    /// <summary>Null if the string contains invalid escapes, such as an unpaired surrogate.</summary>
    private static string? ReadString(JsonElement value)
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
