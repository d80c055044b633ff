using TrendingMail.Links;
using TrendingMail.Messages;

namespace TrendingMail.Diagnostics.Installation;

/// <summary>Whether the keys that sign links and messages can be read, and how old they are.</summary>
internal sealed class KeysCheck(KeyStore keys, SenderOptions sender, TimeProvider clock) : DiagnosticCheck(
    CheckGroup.Installation, "keys", "the keys that sign links and messages, and their age")
{
    private static readonly TimeSpan MaximumAge = TimeSpan.FromDays(365);

    public override Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
        Found([JudgeLinkKeys(), .. sender.Dkim.Select(dkim => dkim.KeyFile).Distinct().Select(JudgeDkimKey)]);

    private Finding JudgeLinkKeys()
    {
        try
        {
            var finding = keys.Read() switch
            {
                [] => Finding.Warn("There is no key ring yet.", "Run 'keys create', or start the program."),
                [.., { CreatedAt: var createdAt }] when GetAge(createdAt) > MaximumAge => Finding.Warn(
                    $"The key that signs links is {GetAge(createdAt).Days} days old.",
                    "Run 'keys rotate'. Links in mail already sent keep working."),
                [.., { CreatedAt: var createdAt }] and { Count: var count } => Finding.Good(
                    $"Links are signed with a key of {createdAt:yyyy-MM-dd}; the key ring has {count}."),
            };
            return finding.About(keys.Location);
        }
        catch (TrendingMailException e)
        {
            return Finding.Bad(e.Message, "Restore the key ring from a backup: 'db restore FILE'.");
        }
    }

    private Finding JudgeDkimKey(string file)
    {
        var age = GetAge(File.GetLastWriteTimeUtc(file));
        var finding = age > MaximumAge
            ? Finding.Warn($"The DKIM key is {age.Days} days old.",
                "Create a key, publish it under a new selector, set Mail:Dkim:N:KeyFile and Mail:Dkim:N:Selector, " +
                "and remove the old record a week later.")
            : Finding.Good($"The DKIM key is {age.Days} days old.");
        return finding with { Subject = file };
    }

    private TimeSpan GetAge(DateTimeOffset since) => clock.GetUtcNow() - since;
}
