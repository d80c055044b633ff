using System.Text;
using System.Text.Json;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>
/// An event of Amazon SES in the text of a mail: SNS sends to addresses, too, alone or in its own JSON.
/// </summary>
internal static class SnsMail
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    /// <returns>Null where the text is something else.</returns>
    public static Classification? Read(string text)
    {
        var start = text.AsSpan().TrimStart();
        if (!start.StartsWith("{") || First(start) is not { } json)
        {
            return null;
        }

        var message = json.Text("Type") == "Notification" && json.Text("Message") is { } inner
            ? JsonFields.Parse(inner, JsonValueKind.Object)
            : json;
        return message is { } found ? SesEvents.Read(found)?.Read(isVouched: false) : null;
    }

    /// <summary>The object at the start; what follows tells how to end the subscription.</summary>
    private static JsonElement? First(ReadOnlySpan<char> text)
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
