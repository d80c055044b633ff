namespace TrendingMail.Digests.Matching;

/// <summary>How much a find says, from 0 to 1: a word in the title tells what a paper is about, one in the abstract may be by the way.</summary>
internal static class Plainness
{
    public const double Author = 1;

    public const double Organization = 0.8;

    /// <summary>The paper's first category.</summary>
    public const double Category = 0.5;

    public const double OtherCategory = 0.3;

    /// <summary>Less than this is no reason to leave a paper out.</summary>
    public const double EnoughToMute = 0.5;

    /// <summary>The interest itself, by any of its names.</summary>
    public static double OfName(MatchField field) => field == MatchField.Abstract ? 0.6 : 1;

    /// <summary>A word that tells of a topic.</summary>
    public static double OfRelated(MatchField field) => field == MatchField.Abstract ? 0.4 : 0.8;
}
