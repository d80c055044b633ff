namespace TrendingMail.Papers;

/// <summary>
/// How a paper's listing day is known, in ascending order of precedence. Of two days known in the same way, the earlier
/// one wins.
/// </summary>
public enum ListingKind
{
    /// <summary>Inferred from the arXiv identifier because the source only reported a replacement.</summary>
    Inferred,

    /// <summary>Announced by a source that publishes everything new, such as arXiv.</summary>
    Announced,

    /// <summary>Selected for a curated list of the day, such as Hugging Face's.</summary>
    Listed,
}
