using MailKit;

namespace TrendingMail.Diagnostics.Seeds.Mailboxes;

/// <summary>Tells the spam folder and the inbox from other folders.</summary>
internal static class FolderClass
{
    /// <summary>The names of spam folders on servers without special-use flags.</summary>
    private static readonly HashSet<string> SpamNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "junk", "spam", "bulk", "junk e-mail", "junk email", "junk mail", "bulk mail", "bulk email", "spam mail",
        "spamverdacht", "quarantine",
    };

    /// <summary>Folders that hold a message which is in another folder too, such as Gmail's All Mail.</summary>
    private const FolderAttributes Views = FolderAttributes.All | FolderAttributes.Flagged | FolderAttributes.Important;

    private const FolderAttributes Unselectable = FolderAttributes.NoSelect | FolderAttributes.NonExistent;

    /// <param name="name">The name without those of its parents.</param>
    /// <param name="attributes">Special-use flags (RFC 6154) do not depend on the account's language.</param>
    public static Placement Classify(string name, FolderAttributes attributes) =>
        attributes.HasFlag(FolderAttributes.Inbox) || name.Equals("INBOX", StringComparison.OrdinalIgnoreCase)
            ? Placement.Inbox
            : attributes.HasFlag(FolderAttributes.Junk) || SpamNames.Contains(name.Trim())
                ? Placement.Spam
                : Placement.Other;

    /// <summary>The order in which folders are searched; null for those that hold no messages.</summary>
    public static int? Rank(string name, FolderAttributes attributes) =>
        (attributes & Unselectable) != 0 ? null
        : Classify(name, attributes) switch
        {
            Placement.Inbox => 0,
            Placement.Spam => attributes.HasFlag(FolderAttributes.Junk) ? 1 : 2,
            _ => (attributes & Views) != 0 ? 4 : 3,
        };
}
