namespace TrendingMail.Digests.Selection.Matching;

/// <summary>
/// How much a hit counts, from 0 to 1: a word in the title says what a paper is about, one in the abstract may be
/// incidental.
/// </summary>
internal static class MatchStrength
{
    public const double Author = 1;

    public const double Organization = 0.8;

    /// <summary>The paper's primary category.</summary>
    public const double PrimaryCategory = 0.5;

    public const double SecondaryCategory = 0.3;

    /// <summary>A weaker hit does not mute a paper.</summary>
    public const double MuteThreshold = 0.5;

    /// <summary>A hit of the interest itself, by any of its names.</summary>
    public static double ForName(MatchField field) => field == MatchField.Abstract ? 0.6 : 1;

    /// <summary>A hit of a word that indicates the topic.</summary>
    public static double ForRelated(MatchField field) => field == MatchField.Abstract ? 0.4 : 0.8;
}
