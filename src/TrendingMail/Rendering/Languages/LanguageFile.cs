using System.Globalization;
using System.Text.Json;

namespace TrendingMail.Rendering.Languages;

/// <summary>One message: its only form, or a form for each of the language's plurals.</summary>
internal sealed record Message(IReadOnlyDictionary<string, string> Forms)
{
    public string For(string language, long? count) =>
        Forms.GetValueOrDefault(count is { } n ? PluralRule.Of(language.Split('-')[0], n) : PluralRule.Other)
            ?? Forms[PluralRule.Other];
}

/// <summary>
/// A language's file: <c>name</c>, <c>culture</c> (for days and numbers), and <c>messages</c>, whose objects may nest; one
/// that has a member <c>other</c> holds the plural forms of one message.
/// </summary>
internal sealed record LanguageFile(string Name, string Culture, IReadOnlyDictionary<string, Message> Messages)
{
    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Where there is no file: no messages, and English days and numbers.</summary>
    public static LanguageFile Empty { get; } = new("English", "en-US", new Dictionary<string, Message>());

    /// <exception cref="TrendingMailException">It is no JSON, or not of this form; the message names file and place.</exception>
    public static LanguageFile Parse(string file, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var root = document.RootElement;
            var messages = new Dictionary<string, Message>(StringComparer.Ordinal);
            Read(file, "", root.GetProperty("messages"), messages);
            var culture = root.GetProperty("culture").GetString()!;
            CultureInfo.GetCultureInfo(culture, predefinedOnly: true);
            return new LanguageFile(root.GetProperty("name").GetString()!, culture, messages);
        }
        catch (JsonException e)
        {
            throw new TrendingMailException(
                $"Template {file}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {e.Message}", e);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or CultureNotFoundException)
        {
            throw new TrendingMailException(
                $"Template {file} needs the texts 'name' and 'culture' (such as en-US) and the object 'messages': {e.Message}", e);
        }
    }

    private static void Read(string file, string prefix, JsonElement element, Dictionary<string, Message> messages)
    {
        foreach (var member in element.EnumerateObject())
        {
            var key = prefix + member.Name;
            if (member.Value.ValueKind == JsonValueKind.String)
            {
                messages[key] = new Message(new Dictionary<string, string> { [PluralRule.Other] = member.Value.GetString()! });
            }
            else if (member.Value.ValueKind != JsonValueKind.Object)
            {
                throw new TrendingMailException($"Template {file}: '{key}' is no text and no object of texts");
            }
            else if (member.Value.TryGetProperty(PluralRule.Other, out _))
            {
                messages[key] = new Message(member.Value.EnumerateObject()
                    .ToDictionary(form => form.Name, form => form.Value.GetString()!));
            }
            else
            {
                Read(file, $"{key}.", member.Value, messages);
            }
        }
    }
}
