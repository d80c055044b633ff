using TrendingMail.Subscribers;

namespace TrendingMail.Digests.Matching;

/// <summary>Where in a paper an interest was found.</summary>
public enum MatchField
{
    Title,
    Keywords,
    Abstract,
    Categories,
    Authors,
    Organization,
}

/// <summary>Why a paper is shown, put further down or left out: "you follow speech; it says 'vocoder'".</summary>
/// <param name="Interest">The reader's interest that counted most.</param>
/// <param name="Field">Where it was found.</param>
/// <param name="Words">What was found, as the paper spells it: words of a text, an author, a category.</param>
public sealed record MatchReason(Interest Interest, MatchField Field, string Words)
{
    /// <summary>Whether the words say no more than the interest itself does, so that they need not be shown.</summary>
    public bool IsByName => Stems.Key(Words) == Stems.Key(Interest.Value);
}

/// <summary>What a reader's interests say of one paper.</summary>
/// <param name="Paper">The paper's place among those that were indexed, from 0.</param>
/// <param name="Score">
/// The sum over the interests that were found, each its weight times how plainly it was found (0 to 1): above zero what the
/// reader wants to see, below it what the reader wants to see less of.
/// </param>
/// <param name="IsMuted">Whether the reader does not want to see it at all; then the reason is what muted it.</param>
public readonly record struct PaperMatch(int Paper, double Score, bool IsMuted, MatchReason Reason);
