using MailKit;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Diagnostics.Seeds.Mailboxes;

namespace TrendingMail.Tests.Diagnostics.Seeds.Mailboxes;

public sealed class FolderClassTests
{
    [Theory]
    [InlineData("INBOX", FolderAttributes.Inbox, Placement.Inbox)]
    [InlineData("Inbox", FolderAttributes.None, Placement.Inbox)]
    [InlineData("Spam", FolderAttributes.Junk, Placement.Spam)]
    [InlineData("Courrier indésirable", FolderAttributes.Junk, Placement.Spam)]
    [InlineData("Junk", FolderAttributes.None, Placement.Spam)]
    [InlineData("Junk E-mail", FolderAttributes.None, Placement.Spam)]
    [InlineData("Bulk", FolderAttributes.None, Placement.Spam)]
    [InlineData("Newsletters", FolderAttributes.None, Placement.Other)]
    [InlineData("Spam reports", FolderAttributes.None, Placement.Other)]
    [InlineData("All Mail", FolderAttributes.All, Placement.Other)]
    [InlineData("Trash", FolderAttributes.Trash, Placement.Other)]
    public void AFolderIsClassifiedByItsFlagAndThenByItsName(
        string name, FolderAttributes attributes, Placement expected) =>
        Assert.Equal(expected, FolderClass.Classify(name, attributes));

    [Fact]
    public void TheInboxIsSearchedFirstAndViewsOfOtherFoldersLast()
    {
        (string Name, FolderAttributes Attributes)[] folders =
        [
            ("All Mail", FolderAttributes.All), ("Papers", FolderAttributes.None), ("Bulk", FolderAttributes.None),
            ("Spam", FolderAttributes.Junk), ("[Gmail]", FolderAttributes.NoSelect), ("INBOX", FolderAttributes.Inbox),
        ];

        Assert.Equal(["INBOX", "Spam", "Bulk", "Papers", "All Mail"],
            folders.Where(folder => FolderClass.Rank(folder.Name, folder.Attributes) is not null)
                .OrderBy(folder => FolderClass.Rank(folder.Name, folder.Attributes)).Select(folder => folder.Name));
    }
}
