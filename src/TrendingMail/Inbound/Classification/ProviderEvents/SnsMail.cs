using System.Text;
using System.Text.Json;

namespace TrendingMail.Inbound.Classification.ProviderEvents;

/// <summary>
/// Parses an Amazon SES event in the text of an email: SNS also delivers by email, as raw JSON or in its own envelope.
/// </summary>
internal static class SnsMail
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    /// <returns>Null if the text is not an SES event.</returns>
    public static ClassifiedMessage? Parse(string text)
    {
        var start = text.AsSpan().TrimStart();
        if (!start.StartsWith("{") || ParseFirstObject(start) is not { } json)
        {
            return null;
        }

        var message = json.Text("Type") == "Notification" && json.Text("Message") is { } inner
            ? JsonFields.Parse(inner, JsonValueKind.Object)
            : json;
        return message is { } sesEvent ? SesEvents.Parse(sesEvent)?.Classify(isVerified: false) : null;
    }

    /// <summary>Parses the JSON object at the start; unsubscribe instructions follow it.</summary>
    private static JsonElement? ParseFirstObject(ReadOnlySpan<char> text)
    {
        try
        {
            var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
            var reader = new Utf8JsonReader(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), Options);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
