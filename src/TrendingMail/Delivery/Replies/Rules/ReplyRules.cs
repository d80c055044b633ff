namespace TrendingMail.Delivery.Replies.Rules;

/// <summary>
/// What phrases and codes mean: <c>reasons.tsv</c> for phrases, <c>statuses.tsv</c> for enhanced status codes and reply
/// codes.
/// </summary>
internal sealed class ReplyRules
{
    /// <summary>A longer list of matches is cut off: no honest reply has as many.</summary>
    private const int MaximumMatches = 200;

    /// <summary>What each word of a phrase after the first adds to its weight: the longer phrase says more.</summary>
    private const double WordWeight = 0.15;

    /// <summary>What each word between those of a phrase takes away.</summary>
    private const double GapWeight = -0.05;

    /// <summary>Servers put the cause first; so many words later they give advice.</summary>
    private const int AdvicePosition = 30;

    private const double AdviceWeight = -1.5;

    private readonly Vocabulary vocabulary;

    private readonly ILookup<int, (int Rule, ReplyPattern Pattern)> patterns;

    private readonly Dictionary<string, ReplyRule> statuses;

    /// <param name="isKept">Whether to keep a rule; all if null.</param>
    /// <param name="isPhraseKept">Whether to keep a phrase of the vocabulary; all if null.</param>
    public ReplyRules(Func<ReplyRule, bool>? isKept = null, Func<string, bool>? isPhraseKept = null)
    {
        vocabulary = new Vocabulary(isPhraseKept);
        Phrases = [.. Read("reasons.tsv", isKept)];
        patterns = Phrases
            .SelectMany((rule, i) => ReplyPattern.Parse(rule.Text, vocabulary).Select(pattern => (i, pattern)))
            .ToLookup(entry => entry.pattern.FirstTerm);
        statuses = Read("statuses.tsv", isKept).ToDictionary(rule => rule.Text, StringComparer.Ordinal);
    }

    public static ReplyRules Default { get; } = new();

    /// <summary>The rules of <c>reasons.tsv</c>.</summary>
    public IReadOnlyList<ReplyRule> Phrases { get; }

    /// <summary>
    /// Finds a rule for an enhanced status code: the exact code, else its subject and detail in any class, else its
    /// subject alone (RFC 3463 section 3), because servers invent details of their own.
    /// </summary>
    public ReplyRule? FindByStatus(string? status) =>
        status is null ? null
        : statuses.GetValueOrDefault(status) ??
            statuses.GetValueOrDefault($"x{status[1..]}") ??
            statuses.GetValueOrDefault($"x{status[1..status.LastIndexOf('.')]}.0");

    /// <summary>Finds a rule for an SMTP reply code.</summary>
    public ReplyRule? FindByReplyCode(int? code) =>
        code is null ? null : statuses.GetValueOrDefault(code.Value.ToString("D3", null));

    /// <summary>
    /// Finds the rules whose phrases occur in a text, and the weight of each occurrence. A phrase within a longer one
    /// does not count: "sender unknown" is no "unknown". They are in the order of the table.
    /// </summary>
    /// <param name="text">Text normalized by <see cref="NormalizedDiagnostic"/>.</param>
    public IEnumerable<(ReplyRule Rule, double Weight)> Find(string text)
    {
        var terms = vocabulary.Find(text);
        var matches = new List<(int Rule, int[] Positions)>();
        for (var position = 0; position < terms.Count && matches.Count < MaximumMatches; position++)
        {
            // A set may have several phrases that begin here.
            var last = -1;
            foreach (var (term, _) in terms[position])
            {
                foreach (var (rule, pattern) in term == last ? [] : patterns[term])
                {
                    if (pattern.Match(terms, position) is { } positions)
                    {
                        matches.Add((rule, positions));
                    }
                }

                last = term;
            }
        }

        return matches.Where(match => !matches.Exists(other => IsWithin(match.Positions, other.Positions)))
            .OrderBy(match => match.Rule)
            .Select(match => (Phrases[match.Rule], Weigh(Phrases[match.Rule], match.Positions)));
    }

    private static double Weigh(ReplyRule rule, int[] positions) =>
        rule.Weight +
        (WordWeight * (positions.Length - 1)) +
        (GapWeight * (positions[^1] - positions[0] + 1 - positions.Length)) +
        (positions[0] >= AdvicePosition ? AdviceWeight : 0);

    private static bool IsWithin(int[] inner, int[] outer) =>
        inner.Length < outer.Length && Array.TrueForAll(inner, p => Array.BinarySearch(outer, p) >= 0);

    private static IEnumerable<ReplyRule> Read(string table, Func<ReplyRule, bool>? isKept) =>
        RuleFile.Read(table, 5).Select(f => ReplyRule.Parse(f[0], f[1], f[2], f[3], f[4]))
            .Where(rule => isKept?.Invoke(rule) != false);
}
