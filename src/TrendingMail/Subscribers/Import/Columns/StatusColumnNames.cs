using System.Text.RegularExpressions;

namespace TrendingMail.Subscribers.Import.Columns;

/// <summary>Recognizes columns that seem to say whether a subscriber may be mailed.</summary>
internal static partial class StatusColumnNames
{
    /// <summary>
    /// Whether a column name looks like a status. A list imported without it would mail people who have left.
    /// </summary>
    public static bool Matches(string column)
    {
        var words = WordBoundary().Replace(column, " ").ToLowerInvariant();
        return Negative().IsMatch(words) || (Positive().IsMatch(words) && !Circumstance().IsMatch(words));
    }

    /// <summary>The field that such a column probably has, for the hint to the operator.</summary>
    public static ImportField SuggestField(string column)
    {
        var words = WordBoundary().Replace(column, " ").ToLowerInvariant();
        return words.Contains("bounce", StringComparison.Ordinal) ? ImportField.Bounced
            : Complaint().IsMatch(words) ? ImportField.Complained
            : Block().IsMatch(words) ? ImportField.Blocked
            : words.Contains("status", StringComparison.Ordinal) ? ImportField.State
            : Negative().IsMatch(words) ? ImportField.OptedOut
            : words.Contains("confirm", StringComparison.Ordinal) ? ImportField.Confirmed
            : OptIn().IsMatch(words) ? ImportField.OptedIn
            : ImportField.State;
    }

    /// <summary>Between the words of a name in snake case, kebab case or camel case.</summary>
    [GeneratedRegex(@"[\s_\-./:?]+|(?<=\p{Ll})(?=\p{Lu})")]
    private static partial Regex WordBoundary();

    [GeneratedRegex(@"unsub|opt(ed)? ?out|bounce|complain|spam|blacklist|black list|blocklist|block list|" +
        @"\bblocked\b|suppress|disabled|inactive|\bcleaned\b|do not (mail|email|contact)|undeliver|unreach|" +
        @"abgemeldet|désinscri|désabonn|desabonn|" +
        @"desinscri|\bbaja\b|cancell?ed")]
    private static partial Regex Negative();

    [GeneratedRegex(@"status|\bstate\b|statut|\bestado\b|\bstato\b|\b[eé]tat\b|статус|状态|狀態|ステータス|상태|subscribed|" +
        @"subscription|opt(ed)? ?in\b|\bactive\b|\benabled\b|confirmed|consent|accepts? (email )?marketing|" +
        @"\babonn|inscri")]
    private static partial Regex Positive();

    /// <summary>When, where and how: "subscribed_at" says nothing about today.</summary>
    [GeneratedRegex(@"\b(at|on|date|time|timestamp|ip|source|page|url|form|method|type|tier|plan|id|reason|" +
        @"via|from)\b")]
    private static partial Regex Circumstance();

    [GeneratedRegex("complain|spam")]
    private static partial Regex Complaint();

    [GeneratedRegex("black|block|suppress")]
    private static partial Regex Block();

    [GeneratedRegex("subscribed|opt|active|enabled|consent|accept")]
    private static partial Regex OptIn();
}
