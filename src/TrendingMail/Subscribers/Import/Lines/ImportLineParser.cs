using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Import.Columns;
using TrendingMail.Subscribers.Import.Files;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers.Import.Lines;

/// <summary>
/// Parses the fields of a line into a subscriber. What takes an address off, an opt-out or a suppression, is read first
/// and counts whatever else is wrong; other fields that are not readable are noted and replaced by a default.
/// </summary>
/// <param name="defaults">The preferences to use where the list specifies none.</param>
internal sealed class ImportLineParser(Preferences defaults, ImportLayout layout)
{
    private const int MaximumTextLength = 500;

    private static readonly (ImportField Field, InterestKind Kind)[] InterestFields =
    [
        (ImportField.Topics, InterestKind.Topic), (ImportField.Keywords, InterestKind.Keyword),
        (ImportField.Authors, InterestKind.Author), (ImportField.Organizations, InterestKind.Organization),
        (ImportField.Categories, InterestKind.Category),
    ];

    private readonly ImportPreferences preferences = new(defaults, layout);
    private List<string> notes = [];

    public ImportLine ParseLine(ImportValues values, long number, long offset)
    {
        try
        {
            var subscriber = Parse(values);
            if (notes.Count == 0)
            {
                return new ImportLine(number, offset, subscriber, null);
            }

            var line = new ImportLine(number, offset, subscriber, null) { Notes = notes };
            notes = [];
            return line;
        }
        catch (FormatException e)
        {
            notes.Clear();
            return new ImportLine(number, offset, null, e.Message);
        }
    }

    /// <exception cref="FormatException">The line cannot be used; the message names the field and the
    /// reason.</exception>
    private ImportedSubscriber Parse(ImportValues values)
    {
        if (!EmailAddress.TryParse(values[ImportField.Email], out var address, out var fault))
        {
            throw new FormatException(fault);
        }

        var status = ImportStatus.Read(values, layout, notes);
        RejectBrokenText(values, status);
        return new ImportedSubscriber
        {
            Address = address,
            State = status.State,
            Preferences = preferences.Parse(values, notes),
            PausedUntil = status.State == SubscriberState.Paused
                ? ParsePausedUntil(values[ImportField.PausedUntil]) : null,
            CreatedAt = ParseInstant(values, ImportField.CreatedAt),
            Interests = ParseInterests(values),
            Suppression = CreateSuppression(address, status.Suppression, values),
            IsSuppressionOnly = values[ImportField.CleanedAt] is not null ||
                (layout.Name == ImportLayouts.Own && values[ImportField.State] is null),
            Consent = ParseConsent(values[ImportField.Consent]),
            ConsentAt = ParseInstant(values, ImportField.UnsubscribedAt) ?? ParseInstant(values, ImportField.ConsentAt),
            ConsentNetwork = values[ImportField.ConsentIp] is { } ip ? ToNetwork(ip) : null,
        };
    }

    /// <summary>Text that lost characters in a conversion is not stored.</summary>
    private void RejectBrokenText(ImportValues values, ImportStatus status)
    {
        var broken = values.RemoveBroken();
        if (broken.Count == 0)
        {
            return;
        }

        var fault = $"{string.Join(", ", broken.Select(field => field.ToColumn()))} has characters that were lost in " +
            "a conversion (U+FFFD). Export the list again as UTF-8.";
        if (!status.IsOptOut)
        {
            throw new FormatException(fault);
        }

        notes.Add(fault);
    }

    private DateOnly? ParsePausedUntil(string? text)
    {
        if (text is not null && ImportTime.TryParse(text, layout.TimeFormats) is { } until)
        {
            return DateOnly.FromDateTime(until.UtcDateTime);
        }

        notes.Add(ImportFault.Describe(ImportField.PausedUntil, text ?? "", "a day such as 2026-11-23"));
        return null;
    }

    private DateTimeOffset? ParseInstant(ImportValues values, ImportField field)
    {
        if (values[field] is not { } text || ImportFlag.IsNo(text) || ImportFlag.IsYes(text))
        {
            return null;
        }

        var instant = ImportTime.TryParse(text, layout.TimeFormats);
        if (instant is null)
        {
            notes.Add(ImportFault.Describe(field, text, "a time such as 2026-11-23T08:00:00Z"));
        }

        return instant;
    }

    private List<Interest> ParseInterests(ImportValues values)
    {
        var interests = new List<Interest>();
        foreach (var item in ParseArray(
            ImportField.Interests, values[ImportField.Interests], ImportJson.Default.ImportedInterestArray))
        {
            AddInterest(interests, ImportField.Interests, item.Kind, item.Value, item.Weight ?? Interest.Followed);
        }

        foreach (var (field, kind) in InterestFields)
        {
            foreach (var value in values[field]?.Split(';',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                AddInterest(interests, field, kind.ToColumn(), value, Interest.Followed);
            }
        }

        if (interests.Count > InterestStore.MaximumPerSubscriber)
        {
            notes.Add($"A subscriber can have at most {InterestStore.MaximumPerSubscriber} interests; the others are " +
                "left out.");
            interests.RemoveRange(
                InterestStore.MaximumPerSubscriber, interests.Count - InterestStore.MaximumPerSubscriber);
        }

        return interests;
    }

    private void AddInterest(List<Interest> interests, ImportField field, string? kind, string? value, double weight)
    {
        if (!ImportFault.TryParseEnum<InterestKind>(kind is { Length: > 0 } ? kind : "-", out var parsed))
        {
            notes.Add(ImportFault.Describe<InterestKind>(field, kind ?? ""));
        }
        else if (Interest.Create(parsed, value, weight) is { } interest)
        {
            interests.Add(interest);
        }
        else
        {
            notes.Add(ImportFault.Describe(field, value ?? "", "a word or phrase"));
        }
    }

    private Suppression? CreateSuppression(EmailAddress address, SuppressionReason? reason, ImportValues values) =>
        reason is null ? null : new Suppression
        {
            Id = 0,
            Address = address.Value,
            Reason = reason.Value,
            Detail = Truncate(values[ImportField.SuppressionDetail] ??
                (layout.Name is ImportLayouts.Own or ImportLayouts.Plain ? null : $"imported from {layout.Name}")),
            SuppressedAt = ParseInstant(values, ImportField.SuppressedAt) ?? ParseInstant(values, ImportField.CleanedAt)
                ?? DateTimeOffset.UnixEpoch,
        };

    private List<ConsentEvent> ParseConsent(string? json)
    {
        var events = new List<ConsentEvent>();
        foreach (var item in ParseArray(ImportField.Consent, json, ImportJson.Default.ImportedConsentArray))
        {
            if (ImportFault.TryParseEnum<ConsentKind>(item.Kind is { Length: > 0 } kind ? kind : "-", out var parsed) &&
                ImportTime.TryParse(item.At ?? "", []) is { } at)
            {
                events.Add(new ConsentEvent
                {
                    Id = 0,
                    Kind = parsed,
                    At = at,
                    Origin = Truncate(item.Origin) ?? "import",
                    Network = Truncate(item.Network),
                    Text = Truncate(item.Text),
                });
                continue;
            }

            // A history with gaps could end in a consent that was withdrawn.
            notes.Add(ImportFault.Describe(ImportField.Consent, json!, "events with a known kind and a time"));
            return [];
        }

        return [.. events.OrderBy(e => e.At)];
    }

    private T[] ParseArray<T>(ImportField field, string? json, JsonTypeInfo<T[]> type)
    {
        if (json is null)
        {
            return [];
        }

        try
        {
            if (JsonSerializer.Deserialize(json, type) is { } items && items.All(item => item is not null))
            {
                return items;
            }
        }
        catch (JsonException)
        {
            // Noted below.
        }

        notes.Add(ImportFault.Describe(field, json, "a JSON array of objects"));
        return [];
    }

    /// <summary>Truncates an IP address to its network, /24 or /48, as is done for web clients.</summary>
    private static string? ToNetwork(string text)
    {
        if (!IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 24 : 48;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bits / 8).Clear();
        return $"{new IPAddress(bytes)}/{bits}";
    }

    /// <summary>Truncates text without splitting a surrogate pair.</summary>
    private static string? Truncate(string? text) => text?.Length > MaximumTextLength
        ? text[..(char.IsHighSurrogate(text[MaximumTextLength - 1]) ? MaximumTextLength - 1 : MaximumTextLength)]
        : text;
}
