using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Digests.Selection.Matching;

/// <summary>The part of a paper in which an interest was found.</summary>
public enum MatchField
{
    Title,
    Keywords,
    Abstract,
    Categories,
    Authors,
    Organization,
}

/// <summary>Why a paper is shown, ranked lower or left out: "You follow speech; matches 'vocoder'".</summary>
/// <param name="Interest">The interest that counted most.</param>
/// <param name="Field">Where it was found.</param>
/// <param name="Words">The match as the paper spells it: words of a text, an author, a category.</param>
public sealed record MatchReason(Interest Interest, MatchField Field, string Words)
{
    /// <summary>Whether the words are the interest itself, so that they need not be shown.</summary>
    public bool IsByName => Stems.Key(Words) == Stems.Key(Interest.Value);
}

/// <summary>How one paper matches a subscriber's interests.</summary>
/// <param name="Paper">The index of the paper, from 0.</param>
/// <param name="Score">
/// The sum over the interests found of weight times match strength (0 to 1): positive for what the subscriber wants to
/// see, negative for what the subscriber wants to see less of.
/// </param>
/// <param name="IsMuted">Whether the subscriber muted it; then the reason is the mute.</param>
public readonly record struct PaperMatch(int Paper, double Score, bool IsMuted, MatchReason Reason);
