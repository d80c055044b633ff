using TrendingMail.Delivery.Replies.Rules;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.Classification.Rules;

/// <summary>
/// The phrases of <c>kinds.tsv</c>, which identify the kind of a message that has no machine-readable structure.
/// </summary>
internal static class KindRules
{
    private static readonly Rule[] Rules =
    [
        .. RuleFile.Read("kinds.tsv", 5).Select(f => new Rule(
            ColumnTypes.FromColumn<InboundKind>(f[0]), f[1], int.Parse(f[2], null), new Phrase(f[3]))),
    ];

    /// <summary>The score for a kind: the sum of the best match in each field.</summary>
    /// <param name="from">The author's name and address. All three texts are in lower case.</param>
    public static int Points(InboundKind kind, string from, string subject, string text)
    {
        int fromPoints = 0, subjectPoints = 0, textPoints = 0;
        foreach (var rule in Rules)
        {
            if (rule.Kind != kind)
            {
                continue;
            }

            switch (rule.Field)
            {
                case "from" when fromPoints < rule.Points && rule.Phrase.IsIn(from):
                    fromPoints = rule.Points;
                    break;
                case "subject" when subjectPoints < rule.Points && rule.Phrase.IsIn(subject):
                    subjectPoints = rule.Points;
                    break;
                case "text" when textPoints < rule.Points && rule.Phrase.IsIn(text):
                    textPoints = rule.Points;
                    break;
            }
        }

        return fromPoints + subjectPoints + textPoints;
    }

    private sealed record Rule(InboundKind Kind, string Field, int Points, Phrase Phrase);
}
