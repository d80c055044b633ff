namespace TrendingMail.Subscribers.Import.Columns;

/// <summary>The meaning of a column in a list. In snake case, these are the column names of our own export.</summary>
public enum ImportField
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

    /// <summary>Followed topics, separated by semicolons. The next four fields have the same form.</summary>
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

    /// <summary>When the subscriber consented, if there is no <see cref="Consent"/>.</summary>
    ConsentAt,

    /// <summary>The IP address from which the subscriber consented; only its network is stored.</summary>
    ConsentIp,

    /// <summary>When the subscriber left; empty for current subscribers.</summary>
    UnsubscribedAt,

    /// <summary>When mail to the address bounced. Mailchimp's file of cleaned contacts has it, no other.</summary>
    CleanedAt,

    /// <summary>Yes or no: whether the subscriber wants mail. The next five fields have the same form.</summary>
    OptedIn,

    /// <summary>Whether the subscriber has left.</summary>
    OptedOut,

    /// <summary>Whether the subscriber has confirmed the address.</summary>
    Confirmed,

    /// <summary>Whether mail to the address bounces.</summary>
    Bounced,

    /// <summary>Whether the recipient reported mail as spam.</summary>
    Complained,

    /// <summary>Whether an operator has blocked the address.</summary>
    Blocked,
}
