using TrendingMail.Delivery.Replies;
using TrendingMail.Delivery.Replies.Rules;
using TrendingMail.Inbound.Classification;

namespace TrendingMail.Tests.Inbound.Classification.Reports;

/// <summary>What a sample is expected to say about a recipient.</summary>
/// <param name="Address">Empty if it is not stated.</param>
/// <param name="Reasons">The reasons that are correct; none if the reason is not checked.</param>
/// <param name="IsHard">Whether the address is bad for good; null if that is not checked.</param>
public sealed record ExpectedRecipient(string Address, IReadOnlyList<BounceReason> Reasons, bool? IsHard);

/// <summary>An expected recipient, and what was found instead: null if there was nothing.</summary>
public sealed record RecipientVerdict(ExpectedRecipient Expected, ReportedRecipient? Found)
{
    public bool IsReasonRight =>
        Expected.Reasons.Count == 0 || (Found is not null && Expected.Reasons.Contains(Found.Reason));

    public bool IsHardRight => Expected.IsHard is null || Found?.Hard == Expected.IsHard;

    /// <summary>Whether a good address is taken for a bad one.</summary>
    public bool IsFalseHard => Expected.IsHard == false && Found?.Hard == true;
}

/// <summary>A real message or a documented reply, with what it means.</summary>
/// <param name="Name">The file, or the reply itself.</param>
/// <param name="Server">The server that sent it.</param>
public sealed record BounceSample(
    string Name, string Server, IReadOnlyList<byte[]> Mails, InboundKind Kind,
    IReadOnlyList<ExpectedRecipient> Recipients)
{
    /// <param name="rules">The rules to judge by; the product's own if null.</param>
    internal IReadOnlyList<ClassifiedMessage> Classify(ReplyRules? rules = null) =>
        [.. Mails.Select(mail => Classifier.Classify(mail, rules))];

    /// <summary>Whether exactly the expected recipients were found.</summary>
    public bool AreRecipientsRight(IReadOnlyList<ClassifiedMessage> messages)
    {
        var found = messages.SelectMany(message => message.Recipients).Select(recipient => recipient.Address).ToArray();
        return found.Length == Recipients.Count && Recipients.All(expected => expected.Address.Length == 0 ||
            found.Contains(expected.Address, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Pairs expected and found recipients. Those without an address are matched by reason.</summary>
    public IEnumerable<RecipientVerdict> Judge(IReadOnlyList<ClassifiedMessage> messages)
    {
        var remaining = messages.SelectMany(message => message.Recipients).ToList();
        foreach (var expected in Recipients)
        {
            var match = remaining.Find(r => expected.Address.Equals(r.Address, StringComparison.OrdinalIgnoreCase)) ??
                remaining.Find(r => expected.Reasons.Contains(r.Reason)) ??
                (remaining.Count > 0 ? remaining[0] : null);
            if (match is not null)
            {
                remaining.Remove(match);
            }

            yield return new RecipientVerdict(expected, match);
        }
    }
}
