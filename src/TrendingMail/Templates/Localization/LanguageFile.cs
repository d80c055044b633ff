using System.Globalization;
using System.Text.Json;

namespace TrendingMail.Templates.Localization;

/// <summary>A message: a single form, or one for each plural category of the language.</summary>
internal sealed record LocalizedMessage(IReadOnlyDictionary<string, string> Forms)
{
    public string GetForm(string language, long? count) =>
        Forms.GetValueOrDefault(count is { } n ? PluralRule.Select(language.Split('-')[0], n) : PluralRule.Other)
            ?? Forms[PluralRule.Other];
}

/// <summary>
/// A language file: <c>name</c>, <c>culture</c> (for dates and numbers) and <c>messages</c>, which may nest objects; an
/// object with a member <c>other</c> holds the plural forms of one message. <c>sentences</c> may translate what the
/// program says in English, such as why a form was rejected.
/// </summary>
internal sealed record LanguageFile(string Name, string Culture, IReadOnlyDictionary<string, LocalizedMessage> Messages)
{
    /// <summary>Translations by the English sentence.</summary>
    public IReadOnlyDictionary<string, string> Sentences { get; init; } = new Dictionary<string, string>();

    private static readonly JsonDocumentOptions JsonOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Used if there is no file: no messages, with English dates and numbers.</summary>
    public static LanguageFile Empty { get; } = new("English", "en-US", new Dictionary<string, LocalizedMessage>());

    /// <exception cref="TrendingMailException">
    /// The text is not JSON or not of this form; the message gives file and position.
    /// </exception>
    public static LanguageFile Parse(string file, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, JsonOptions);
            var root = document.RootElement;
            var messages = new Dictionary<string, LocalizedMessage>(StringComparer.Ordinal);
            Read(file, "", root.GetProperty("messages"), messages);
            var culture = root.GetProperty("culture").GetString()!;
            CultureInfo.GetCultureInfo(culture, predefinedOnly: true);
            return new LanguageFile(root.GetProperty("name").GetString()!, culture, messages)
            {
                Sentences = root.TryGetProperty("sentences", out var sentences)
                    ? sentences.EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetString()!)
                    : new Dictionary<string, string>(),
            };
        }
        catch (JsonException e)
        {
            throw new TrendingMailException(
                $"Template {file}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {e.Message}", e);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or CultureNotFoundException)
        {
            throw new TrendingMailException(
                $"Template {file} must contain the strings 'name' and 'culture' (such as en-US) and the object " +
                $"'messages': {e.Message}", e);
        }
    }

    private static void Read(
        string file, string prefix, JsonElement element, Dictionary<string, LocalizedMessage> messages)
    {
        foreach (var member in element.EnumerateObject())
        {
            var key = prefix + member.Name;
            if (member.Value.ValueKind == JsonValueKind.String)
            {
                messages[key] = new LocalizedMessage(
                    new Dictionary<string, string> { [PluralRule.Other] = member.Value.GetString()! });
            }
            else if (member.Value.ValueKind != JsonValueKind.Object)
            {
                throw new TrendingMailException($"Template {file}: '{key}' must be a string or an object of strings");
            }
            else if (member.Value.TryGetProperty(PluralRule.Other, out _))
            {
                messages[key] = new LocalizedMessage(member.Value.EnumerateObject()
                    .ToDictionary(form => form.Name, form => form.Value.GetString()!));
            }
            else
            {
                Read(file, $"{key}.", member.Value, messages);
            }
        }
    }
}
