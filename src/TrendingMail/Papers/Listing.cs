namespace TrendingMail.Papers;

/// <summary>What a paper's day rests on. A later one of these goes before an earlier one; of equals, the earlier day.</summary>
public enum Listing
{
    /// <summary>Worked out from the identifier, because the source only reported a replacement.</summary>
    Inferred,

    /// <summary>Announced with all else that was new on the day, as arXiv does.</summary>
    Announced,

    /// <summary>Put on a list of the day by someone's choice.</summary>
    Listed,
}
