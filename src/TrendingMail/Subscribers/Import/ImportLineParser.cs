using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers.Import;

/// <summary>Parses the fields of a line into a subscriber.</summary>
/// <param name="defaults">The preferences to use where the list specifies none.</param>
/// <param name="origin">
/// See <see cref="ImportColumns.Origin"/>. Values in other products' terms are accepted where they can be mapped.
/// </param>
internal sealed class ImportLineParser(Preferences defaults, string origin)
{
    private const int MaximumTextLength = 500;

    private static readonly string[] InstantFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd",

        // Go's default format, which listmonk writes.
        "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz", "yyyy-MM-dd HH:mm:ss zzz",
    ];

    private readonly Dictionary<string, bool> knownTimeZones = [];

    /// <param name="fields">Indexed by <see cref="ImportField"/>; null or empty if not specified.</param>
    /// <exception cref="FormatException">A field is invalid; the message names it and the reason.</exception>
    public ImportedSubscriber Parse(string?[] fields)
    {
        string? GetText(ImportField field) => fields[(int)field] is { } text && text.AsSpan().Trim().Length > 0 ? text.Trim() : null;

        if (!EmailAddress.TryParse(GetText(ImportField.Email), out var address, out var fault))
        {
            throw new FormatException(fault);
        }

        var state = ParseState(GetText(ImportField.State), GetText(ImportField.UnsubscribedAt), GetText(ImportField.CleanedAt));
        var pausedUntil = GetText(ImportField.PausedUntil) is { } until ? ParseDate(until) : (DateOnly?)null;
        return new ImportedSubscriber
        {
            Address = address,
            State = state == SubscriberState.Paused && pausedUntil is null ? SubscriberState.Active : state,
            Preferences = ParsePreferences(GetText),
            PausedUntil = state == SubscriberState.Paused ? pausedUntil : null,
            CreatedAt = GetText(ImportField.CreatedAt) is { } created ? ParseInstant(created) : null,
            Interests = ParseInterests(GetText),
            Suppression = ParseSuppression(address, GetText),
            IsSuppressionOnly = GetText(ImportField.CleanedAt) is not null || (origin == "own" && GetText(ImportField.State) is null),
            Consent = GetText(ImportField.Consent) is { } consent ? ParseConsent(consent) : [],
            ConsentAt = (GetText(ImportField.UnsubscribedAt) ?? GetText(ImportField.ConsentAt)) is { } at ? ParseInstant(at) : null,
            ConsentNetwork = GetText(ImportField.ConsentIp) is { } ip ? ToNetwork(ip) : null,
        };
    }

    private static SubscriberState? ParseState(string? state, string? unsubscribedAt, string? cleanedAt) =>
        unsubscribedAt is not null || cleanedAt is not null ? SubscriberState.Unsubscribed : state?.ToLowerInvariant() switch
        {
            null => null,
            "active" or "enabled" or "subscribed" or "confirmed" => SubscriberState.Active,
            "paused" => SubscriberState.Paused,
            "pending" or "unconfirmed" => SubscriberState.Pending,
            "unsubscribed" or "disabled" or "blocklisted" or "cleaned" => SubscriberState.Unsubscribed,
            _ => throw Invalid(ImportField.State, state, "pending, active, paused or unsubscribed"),
        };

    private Preferences ParsePreferences(Func<ImportField, string?> text) => defaults with
    {
        Frequency = text(ImportField.Frequency) is { } frequency
            ? ParseEnum<Frequency>(ImportField.Frequency, frequency) : defaults.Frequency,
        Weekday = text(ImportField.Weekday) is { } weekday ? ParseEnum<DayOfWeek>(ImportField.Weekday, weekday) : defaults.Weekday,
        SendAt = text(ImportField.SendAt) is { } time
            ? TimeOnly.TryParseExact(time, ["HH:mm", "H:mm", "HH:mm:ss"], out var sendAt)
                ? new TimeOnly(sendAt.Hour, sendAt.Minute) : throw Invalid(ImportField.SendAt, time, "a time such as 07:30")
            : defaults.SendAt,
        TimeZone = text(ImportField.TimeZone) is { } zone ? ParseTimeZone(zone) : defaults.TimeZone,
        Papers = text(ImportField.Papers) is { } papers
            ? int.TryParse(papers, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= Preferences.MinimumPapers and <= Preferences.MaximumPapers
                ? number : throw Invalid(ImportField.Papers, papers, $"{Preferences.MinimumPapers} to {Preferences.MaximumPapers}")
            : defaults.Papers,
        Format = text(ImportField.Format) is { } format ? ParseEnum<MailFormat>(ImportField.Format, format) : defaults.Format,
        Language = text(ImportField.Language) is { } language
            ? language.Length <= 35 && language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
                ? language : throw Invalid(ImportField.Language, language, "a language tag such as en")
            : defaults.Language,
    };

    private string ParseTimeZone(string text)
    {
        var name = origin == "mailchimp" ? text.Replace(' ', '_') : text;
        if (!knownTimeZones.TryGetValue(name, out var isKnown))
        {
            knownTimeZones[name] = isKnown = TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
                && (zone.HasIanaId || name.Contains('/', StringComparison.Ordinal) || name == "UTC");
        }

        return isKnown ? name
            : origin == "mailchimp" ? defaults.TimeZone
            : throw Invalid(ImportField.TimeZone, text, "an IANA name such as Europe/Berlin");
    }

    private static List<Interest> ParseInterests(Func<ImportField, string?> text)
    {
        var interests = new List<Interest>();
        if (text(ImportField.Interests) is { } json)
        {
            foreach (var item in ParseArray(ImportField.Interests, json, ImportJson.Default.ImportedInterestArray))
            {
                var kind = ParseEnum<InterestKind>(ImportField.Interests, item.Kind ?? "");
                interests.Add(Interest.Create(kind, item.Value, item.Weight ?? Interest.Followed)
                    ?? throw Invalid(ImportField.Interests, item.Value ?? "", "a word or phrase"));
            }
        }

        foreach (var (field, kind) in ((ImportField, InterestKind)[])
            [
                (ImportField.Topics, InterestKind.Topic), (ImportField.Keywords, InterestKind.Keyword),
                (ImportField.Authors, InterestKind.Author), (ImportField.Organizations, InterestKind.Organization),
                (ImportField.Categories, InterestKind.Category),
            ])
        {
            foreach (var value in text(field)?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                interests.Add(Interest.Create(kind, value) ?? throw Invalid(field, value, "a word or phrase"));
            }
        }

        return interests.Count <= InterestStore.MaximumPerSubscriber ? interests
            : throw new FormatException($"A subscriber can have at most {InterestStore.MaximumPerSubscriber} interests.");
    }

    private Suppression? ParseSuppression(EmailAddress address, Func<ImportField, string?> text)
    {
        var reason = text(ImportField.CleanedAt) is not null || text(ImportField.State) == "cleaned" ? SuppressionReason.HardBounce
            : text(ImportField.State) == "blocklisted" ? SuppressionReason.Operator
            : text(ImportField.Suppression) is { } name ? ParseEnum<SuppressionReason>(ImportField.Suppression, name)
            : (SuppressionReason?)null;
        return reason is null ? null : new Suppression
        {
            Id = 0,
            Address = address.Value,
            Reason = reason.Value,
            Detail = Truncate(text(ImportField.SuppressionDetail) ?? (origin is "listmonk" or "mailchimp" ? $"imported from {origin}" : null)),
            SuppressedAt = (text(ImportField.SuppressedAt) ?? text(ImportField.CleanedAt)) is { } at
                ? ParseInstant(at) : DateTimeOffset.UnixEpoch,
        };
    }

    private static List<ConsentEvent> ParseConsent(string json) =>
    [
        .. ParseArray(ImportField.Consent, json, ImportJson.Default.ImportedConsentArray).Select(item => new ConsentEvent
        {
            Id = 0,
            Kind = ParseEnum<ConsentKind>(ImportField.Consent, item.Kind ?? ""),
            At = ParseInstant(item.At ?? ""),
            Origin = Truncate(item.Origin) ?? "import",
            Network = Truncate(item.Network),
            Text = Truncate(item.Text),
        }).OrderBy(e => e.At),
    ];

    private static T[] ParseArray<T>(ImportField field, string json, JsonTypeInfo<T[]> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } items && items.All(item => item is not null)
                ? items : throw Invalid(field, json, "a JSON array of objects");
        }
        catch (JsonException)
        {
            throw Invalid(field, json, "a JSON array of objects");
        }
    }

    private static T ParseEnum<T>(ImportField field, string text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value)
            && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0])
            ? value
            : throw Invalid(field, text, string.Join(", ", Enum.GetValues<T>().Select(v => v.ToColumn())));

    private static DateTimeOffset ParseInstant(string text) =>
        DateTimeOffset.TryParseExact(text.EndsWith(" UTC", StringComparison.Ordinal) ? text[..^4] : text, InstantFormats,
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToUniversalTime()
            : throw new FormatException($"'{Abbreviate(text)}' is not a valid time; give one such as 2026-11-23T08:00:00Z.");

    private static DateOnly ParseDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : throw Invalid(ImportField.PausedUntil, text, "a day such as 2026-11-23");

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

    private static FormatException Invalid(ImportField field, string text, string accepted) =>
        new($"{field.ToColumn()} is '{Abbreviate(text)}'; give {accepted}.");

    private static string Abbreviate(string text) => text.Length > 60 ? $"{text[..60]}…" : text;
}
