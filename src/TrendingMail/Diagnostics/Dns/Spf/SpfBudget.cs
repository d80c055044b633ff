namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>Counts the lookups of an evaluation and enforces the limits of RFC 7208 section 4.6.4.</summary>
/// <param name="isSurvey">Whether to count what exceeds the limits too, instead of stopping there.</param>
internal sealed class SpfBudget(bool isSurvey)
{
    /// <summary>How many terms may need DNS.</summary>
    public const int MaxLookups = 10;

    /// <summary>How many lookups may find nothing.</summary>
    public const int MaxVoidLookups = 2;

    /// <summary>A record that includes itself would be surveyed forever.</summary>
    private const int MaxSurveyed = 40;

    private readonly List<string> lookups = [];

    private readonly List<string> voidNames = [];

    public IReadOnlyList<string> Lookups => lookups;

    public IReadOnlyList<string> VoidNames => voidNames;

    /// <summary>Whether even a survey stops here.</summary>
    public bool IsExhausted => lookups.Count > MaxSurveyed;

    /// <summary>Counts a term that needs DNS.</summary>
    /// <param name="depth">How many includes lead to the record of the term.</param>
    public void CountLookup(string term, int depth)
    {
        lookups.Add($"{new string(' ', 2 * depth)}{term}");
        if (lookups.Count > (isSurvey ? MaxSurveyed : MaxLookups))
        {
            throw new SpfException(SpfResult.PermError, $"needs more than {MaxLookups} DNS lookups");
        }
    }

    /// <summary>Counts a lookup that found nothing.</summary>
    public void CountVoid(string name)
    {
        voidNames.Add(name);
        if (!isSurvey && voidNames.Count > MaxVoidLookups)
        {
            throw new SpfException(
                SpfResult.PermError, $"refers to more than {MaxVoidLookups} names that do not exist");
        }
    }
}
