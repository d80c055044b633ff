using TrendingMail.Storage;

namespace TrendingMail.Inbound.Rules;

/// <summary>
/// The words of <c>notices.tsv</c>, by which a kind of mail is known that has no structure to show it.
/// </summary>
internal static class NoticeRules
{
    private static readonly Rule[] Rules =
    [
        .. RuleFile.Read("notices.tsv", 5).Select(f => new Rule(
            ColumnTypes.FromColumn<InboundKind>(f[0]), f[1], int.Parse(f[2], null), new Phrase(f[3]))),
    ];

    /// <summary>Points for a kind: the best line of each place counts.</summary>
    /// <param name="from">Name and address of the author, in lower case, as the other two.</param>
    public static int Points(InboundKind kind, string from, string subject, string text)
    {
        int best = 0, ofSubject = 0, ofText = 0;
        foreach (var rule in Rules)
        {
            if (rule.Kind != kind)
            {
                continue;
            }

            switch (rule.Place)
            {
                case "from" when best < rule.Points && rule.Phrase.IsIn(from):
                    best = rule.Points;
                    break;
                case "subject" when ofSubject < rule.Points && rule.Phrase.IsIn(subject):
                    ofSubject = rule.Points;
                    break;
                case "text" when ofText < rule.Points && rule.Phrase.IsIn(text):
                    ofText = rule.Points;
                    break;
            }
        }

        return best + ofSubject + ofText;
    }

    private sealed record Rule(InboundKind Kind, string Place, int Points, Phrase Phrase);
}
