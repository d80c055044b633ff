namespace TrendingMail.Templates.Localization;

/// <summary>The plural category of an integer: the cardinal rules of Unicode CLDR, by language.</summary>
public static class PluralRule
{
    public const string Other = "other";

    /// <param name="language">A two- or three-letter ISO 639 code.</param>
    /// <returns><c>one</c>, <c>few</c>, <c>many</c> or <c>other</c>.</returns>
    public static string Select(string language, long count) => language switch
    {
        "ja" or "zh" or "ko" or "vi" or "th" or "id" or "ms" => Other,
        "fr" or "pt" => count is 0 or 1 ? "one" : Other,
        "cs" or "sk" => count switch { 1 => "one", >= 2 and <= 4 => "few", _ => Other },
        "pl" => count == 1 ? "one" : IsFew(count) ? "few" : "many",
        "ru" or "uk" or "be" => count % 10 == 1 && count % 100 != 11 ? "one" : IsFew(count) ? "few" : "many",
        _ => count == 1 ? "one" : Other,
    };

    private static bool IsFew(long count) => count % 10 is >= 2 and <= 4 && count % 100 is < 12 or > 14;
}
