using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>Makes a reader of a line's fields.</summary>
/// <param name="defaults">What a reader starts with of whom the list does not say it.</param>
/// <param name="origin">See <see cref="ListColumns.Origin"/>: what others' lists say in their own words is taken where it is understood.</param>
internal sealed class ReaderParser(Preferences defaults, string origin)
{
    private const int MaximumText = 500;

    private static readonly string[] InstantFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd",

        // Go's way, which listmonk writes.
        "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz", "yyyy-MM-dd HH:mm:ss zzz",
    ];

    private readonly Dictionary<string, bool> zones = [];

    /// <param name="fields">By <see cref="ListField"/>; null or empty where the list does not say.</param>
    /// <exception cref="FormatException">A field cannot be used; the message says which and why.</exception>
    public ListedReader Parse(string?[] fields)
    {
        string? Text(ListField field) => fields[(int)field] is { } text && text.AsSpan().Trim().Length > 0 ? text.Trim() : null;

        if (!EmailAddress.TryParse(Text(ListField.Email), out var address, out var fault))
        {
            throw new FormatException(fault);
        }

        var state = StateOf(Text(ListField.State), Text(ListField.LeftAt), Text(ListField.CleanedAt));
        var pausedUntil = Text(ListField.PausedUntil) is { } until ? Day(until) : (DateOnly?)null;
        return new ListedReader
        {
            Address = address,
            State = state == SubscriberState.Paused && pausedUntil is null ? SubscriberState.Active : state,
            Preferences = PreferencesOf(Text),
            PausedUntil = state == SubscriberState.Paused ? pausedUntil : null,
            CreatedAt = Text(ListField.CreatedAt) is { } created ? Instant(created) : null,
            Interests = Interests(Text),
            Suppression = SuppressionOf(address, Text),
            IsSuppressionOnly = Text(ListField.CleanedAt) is not null || (origin == "own" && Text(ListField.State) is null),
            Consent = Text(ListField.Consent) is { } consent ? ConsentOf(consent) : [],
            ConsentAt = (Text(ListField.LeftAt) ?? Text(ListField.ConsentAt)) is { } at ? Instant(at) : null,
            ConsentNetwork = Text(ListField.ConsentIp) is { } ip ? NetworkOf(ip) : null,
        };
    }

    private static SubscriberState? StateOf(string? state, string? leftAt, string? cleanedAt) =>
        leftAt is not null || cleanedAt is not null ? SubscriberState.Unsubscribed : state?.ToLowerInvariant() switch
        {
            null => null,
            "active" or "enabled" or "subscribed" or "confirmed" => SubscriberState.Active,
            "paused" => SubscriberState.Paused,
            "pending" or "unconfirmed" => SubscriberState.Pending,
            "unsubscribed" or "disabled" or "blocklisted" or "cleaned" => SubscriberState.Unsubscribed,
            _ => throw Bad(ListField.State, state, "pending, active, paused or unsubscribed"),
        };

    private Preferences PreferencesOf(Func<ListField, string?> text) => defaults with
    {
        Frequency = text(ListField.Frequency) is { } frequency
            ? Named<Frequency>(ListField.Frequency, frequency) : defaults.Frequency,
        Weekday = text(ListField.Weekday) is { } weekday ? Named<DayOfWeek>(ListField.Weekday, weekday) : defaults.Weekday,
        SendAt = text(ListField.SendAt) is { } time
            ? TimeOnly.TryParseExact(time, ["HH:mm", "H:mm", "HH:mm:ss"], out var sendAt)
                ? new TimeOnly(sendAt.Hour, sendAt.Minute) : throw Bad(ListField.SendAt, time, "a time such as 07:30")
            : defaults.SendAt,
        TimeZone = text(ListField.TimeZone) is { } zone ? Zone(zone) : defaults.TimeZone,
        Papers = text(ListField.Papers) is { } papers
            ? int.TryParse(papers, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= Preferences.MinimumPapers and <= Preferences.MaximumPapers
                ? number : throw Bad(ListField.Papers, papers, $"{Preferences.MinimumPapers} to {Preferences.MaximumPapers}")
            : defaults.Papers,
        Format = text(ListField.Format) is { } format ? Named<MailFormat>(ListField.Format, format) : defaults.Format,
        Language = text(ListField.Language) is { } language
            ? language.Length <= 35 && language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
                ? language : throw Bad(ListField.Language, language, "a language tag such as en")
            : defaults.Language,
    };

    private string Zone(string text)
    {
        var name = origin == "mailchimp" ? text.Replace(' ', '_') : text;
        if (!zones.TryGetValue(name, out var isKnown))
        {
            zones[name] = isKnown = TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
                && (zone.HasIanaId || name.Contains('/', StringComparison.Ordinal) || name == "UTC");
        }

        return isKnown ? name
            : origin == "mailchimp" ? defaults.TimeZone
            : throw Bad(ListField.TimeZone, text, "an IANA name such as Europe/Berlin");
    }

    private static List<Interest> Interests(Func<ListField, string?> text)
    {
        var interests = new List<Interest>();
        if (text(ListField.Interests) is { } json)
        {
            foreach (var item in Items(ListField.Interests, json, ListJson.Default.ListedInterestArray))
            {
                var kind = Named<InterestKind>(ListField.Interests, item.Kind ?? "");
                interests.Add(Interest.Of(kind, item.Value, item.Weight ?? Interest.Followed)
                    ?? throw Bad(ListField.Interests, item.Value ?? "", "a word or a phrase"));
            }
        }

        foreach (var (field, kind) in ((ListField, InterestKind)[])
            [
                (ListField.Topics, InterestKind.Topic), (ListField.Keywords, InterestKind.Keyword),
                (ListField.Authors, InterestKind.Author), (ListField.Organizations, InterestKind.Organization),
                (ListField.Categories, InterestKind.Category),
            ])
        {
            foreach (var value in text(field)?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                interests.Add(Interest.Of(kind, value) ?? throw Bad(field, value, "a word or a phrase"));
            }
        }

        return interests.Count <= InterestStore.MaximumPerReader ? interests
            : throw new FormatException($"More than {InterestStore.MaximumPerReader} interests.");
    }

    private Suppression? SuppressionOf(EmailAddress address, Func<ListField, string?> text)
    {
        var reason = text(ListField.CleanedAt) is not null || text(ListField.State) == "cleaned" ? SuppressionReason.HardBounce
            : text(ListField.State) == "blocklisted" ? SuppressionReason.Operator
            : text(ListField.Suppression) is { } name ? Named<SuppressionReason>(ListField.Suppression, name)
            : (SuppressionReason?)null;
        return reason is null ? null : new Suppression
        {
            Id = 0,
            Address = address.Value,
            Reason = reason.Value,
            Detail = Short(text(ListField.SuppressionDetail) ?? (origin is "listmonk" or "mailchimp" ? $"imported from {origin}" : null)),
            SuppressedAt = (text(ListField.SuppressedAt) ?? text(ListField.CleanedAt)) is { } at
                ? Instant(at) : DateTimeOffset.UnixEpoch,
        };
    }

    private static List<ConsentEvent> ConsentOf(string json) =>
    [
        .. Items(ListField.Consent, json, ListJson.Default.ListedConsentArray).Select(item => new ConsentEvent
        {
            Id = 0,
            Kind = Named<ConsentKind>(ListField.Consent, item.Kind ?? ""),
            At = Instant(item.At ?? ""),
            Origin = Short(item.Origin) ?? "import",
            Network = Short(item.Network),
            Text = Short(item.Text),
        }).OrderBy(e => e.At),
    ];

    private static T[] Items<T>(ListField field, string json, JsonTypeInfo<T[]> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } items && items.All(item => item is not null)
                ? items : throw Bad(field, json, "a JSON array of objects");
        }
        catch (JsonException)
        {
            throw Bad(field, json, "a JSON array of objects");
        }
    }

    private static T Named<T>(ListField field, string text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value)
            && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0])
            ? value
            : throw Bad(field, text, string.Join(", ", Enum.GetValues<T>().Select(v => v.ToColumn())));

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.TryParseExact(text.EndsWith(" UTC", StringComparison.Ordinal) ? text[..^4] : text, InstantFormats,
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToUniversalTime()
            : throw new FormatException($"'{Shown(text)}' is no time such as 2026-11-23T08:00:00Z.");

    private static DateOnly Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : throw Bad(ListField.PausedUntil, text, "a day such as 2026-11-23");

    /// <summary>The network that an address is in: /24 or /48, as for those who come to our own pages.</summary>
    private static string? NetworkOf(string text)
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

    /// <summary>Cut between characters: half a surrogate pair is no text.</summary>
    private static string? Short(string? text) => text?.Length > MaximumText
        ? text[..(char.IsHighSurrogate(text[MaximumText - 1]) ? MaximumText - 1 : MaximumText)]
        : text;

    private static FormatException Bad(ListField field, string text, string accepted) =>
        new($"{field.ToColumn()} is '{Shown(text)}'; give {accepted}.");

    private static string Shown(string text) => text.Length > 60 ? $"{text[..60]}…" : text;
}
