namespace TrendingMail.Subscribers.Import;

/// <summary>What a column of a list may say. The names in snake case are those of our own export's columns.</summary>
public enum ListField
{
    Email,
    State,
    Frequency,
    Weekday,
    SendAt,
    TimeZone,
    Papers,
    Format,
    Language,
    PausedUntil,
    CreatedAt,

    /// <summary>JSON: <c>[{"kind":"topic","value":"speech","weight":1}]</c>.</summary>
    Interests,

    /// <summary>Names of what is followed, parted by semicolons; so are the four that come next.</summary>
    Topics,
    Keywords,
    Authors,
    Organizations,
    Categories,
    Suppression,
    SuppressionDetail,
    SuppressedAt,

    /// <summary>JSON: <c>[{"kind":"confirmed","at":"2026-11-23T08:00:00Z","origin":"web"}]</c>.</summary>
    Consent,

    /// <summary>When the reader agreed, where there is no <see cref="Consent"/>.</summary>
    ConsentAt,

    /// <summary>From which address the reader agreed; only its network is kept.</summary>
    ConsentIp,

    /// <summary>Mailchimp's: the time is only in the file of those who left.</summary>
    LeftAt,

    /// <summary>Mailchimp's: the time is only in the file of those whose mail came back.</summary>
    CleanedAt,
}
