using System.Globalization;
using TrendingMail.Storage;

namespace TrendingMail.Messages;

/// <summary>
/// What messages belong to: the digests of a day or a week, which go to many subscribers, or a notice to one.
/// </summary>
/// <remarks>
/// <see cref="KindName"/> and <see cref="Key"/> are the text form. They are stored in the database and are part of
/// Message-IDs, so they must not change.
/// </remarks>
public abstract record Mailing
{
    private const string DailyName = "daily";

    private const string WeeklyName = "weekly";

    private const string DayFormat = "yyyy-MM-dd";

    private static readonly Dictionary<string, NoticeKind> NoticeKinds =
        Enum.GetValues<NoticeKind>().ToDictionary(kind => kind.ToColumn());

    private Mailing()
    {
    }

    /// <summary>The kind as text, such as <c>daily</c>.</summary>
    public abstract string KindName { get; }

    /// <summary>Identifies the mailing among those of its kind, as text: a day or the id of the cause.</summary>
    public abstract string Key { get; }

    /// <summary>Parses the text form.</summary>
    public static Mailing Parse(string kindName, string key) => kindName switch
    {
        DailyName when TryParseDay(key, out var day) => new Daily(day),
        WeeklyName when TryParseDay(key, out var day) => new Weekly(day),
        _ when NoticeKinds.TryGetValue(kindName, out var kind) && TryParseId(key, out var sourceId) =>
            new Notice(kind, sourceId),
        _ => new Unknown(kindName, key),
    };

    /// <summary>For example <c>daily 2026-11-23</c>.</summary>
    public sealed override string ToString() => $"{KindName} {Key}";

    private static bool TryParseDay(string key, out DateOnly day) =>
        DateOnly.TryParseExact(key, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static bool TryParseId(string key, out long id) =>
        long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    /// <summary>The digests of one edition or of a week of editions.</summary>
    public abstract record Digest : Mailing
    {
        private protected Digest(DateOnly day)
        {
            Day = day;
            Key = day.ToString(DayFormat, CultureInfo.InvariantCulture);
        }

        /// <summary>The day of the edition, or the last day of the week.</summary>
        public DateOnly Day { get; }

        public override string Key { get; }
    }

    /// <summary>The digests of the edition of a day.</summary>
    public sealed record Daily(DateOnly Day) : Digest(Day)
    {
        public override string KindName => DailyName;
    }

    /// <summary>The digests of the seven days that end on a day.</summary>
    public sealed record Weekly(DateOnly Day) : Digest(Day)
    {
        public override string KindName => WeeklyName;
    }

    /// <summary>A transactional message of our own to one subscriber, sent before digests.</summary>
    /// <param name="SourceId">The id of its cause, such as a consent event or an address change.</param>
    public sealed record Notice(NoticeKind Kind, long SourceId) : Mailing
    {
        public override string KindName => Kind.ToColumn();

        public override string Key => SourceId.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A mailing in the database that this version does not know, such as one of a newer version.</summary>
    public sealed record Unknown(string Name, string Id) : Mailing
    {
        public override string KindName => Name;

        public override string Key => Id;
    }
}

/// <summary>The kinds of notices.</summary>
public enum NoticeKind
{
    /// <summary>Asks to confirm a subscription.</summary>
    Confirmation,

    Welcome,

    Goodbye,

    /// <summary>Asks to confirm an address change, at the new address.</summary>
    AddressChangeConfirmation,

    /// <summary>Reports an address change to the previous address.</summary>
    AddressChangeNotice,

    /// <summary>Brings a link that exports, moves or erases the subscription.</summary>
    AccountLink,
}
