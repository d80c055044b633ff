using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace TrendingMail.Papers.Search.Words;

/// <summary>
/// Letters that Unicode does not decompose, as people without that key type them, in the manner of the CLDR transform
/// Latin-ASCII.
/// </summary>
internal static class LetterFolding
{
    /// <summary>A plain spelling, and the letters that are folded to it.</summary>
    private static readonly (string Plain, string Letters)[] Groups =
    [
        ("a", "ɐɑⱥᴀᶏꬰ"), ("ae", "æᴁᴂ"), ("b", "ƀɓƃʙᴃᵬᶀ"), ("c", "ƈȼɕᴄꞓↄ"), ("d", "đðɖɗƌȡᴅᴆᵭᶁᶑꝺ"), ("dz", "ʣʥ"),
        ("e", "əǝɛɇɘɚɜᴇᴈᶒᶓⱸꬲꬴ"), ("f", "ƒᵮᶂꝼ"), ("g", "ǥɠɡɢɣᵷᵹᶃꞡ"), ("h", "ħɥɦɧⱨʜⱶꞕ"), ("hv", "ƕ"),
        ("i", "ıɩɨɪᵻᶖ"), ("j", "ȷɉɟʝʄᴊ"), ("k", "ĸƙⱪʞᴋᶄꝁꝃꝅꞣ"), ("l", "łƚɫɬɭȴⱡʟᴌᶅꝇꝉꞎ"), ("ll", "ỻ"), ("m", "ɯɰɱᴍᵯᶆ"),
        ("n", "ŋƞɲɳȵɴᴎᵰᶇꞑꞥ"), ("o", "øɵɔɶᴏᴐᴑᶗⱺꝋꝍ"), ("oe", "œᴔ"), ("ou", "ȣᴕ"), ("oo", "ꝏ"), ("p", "ƥᴘᵱᵽᶈꝑꝓꝕ"),
        ("q", "ɋʠꝗꝙ"), ("r", "ɍɹɺɻɼɽɾɿʀʁᴙᴚᵲᵳᶉꝛꞧ"), ("s", "ʂȿꜱᵴᶊꞩ"), ("sh", "ʃ"), ("ss", "ß"), ("t", "ŧƫƭʈȶⱦʇᴛᵵ"),
        ("th", "þꝥꝧ"), ("u", "ʉʊᴜᵾᵿᶙ"), ("v", "ʋʌᴠᶌⱱⱴꝟ"), ("w", "ʍᴡⱳ"), ("x", "ᶍ"), ("y", "ƴɏʎʏỿ"), ("z", "ƶȥɀʐʑⱬᴢᵶᶎ"),
        ("zh", "ʒ"),

        // Transliterated signs and letters without sound of their own, and the stretching of Arabic.
        ("", "ʹʺʻʼʽʾʿˀˁˈˌːˑˆˇˉˊˋˮـ"),
    ];

    private static readonly FrozenDictionary<int, string> Letters = Groups
        .SelectMany(group => group.Letters.EnumerateRunes().Select(letter => (letter.Value, group.Plain)))
        .ToFrozenDictionary(pair => pair.Value, pair => pair.Plain);

    /// <summary>The plain spelling of a lower-case letter, or of a digit of any script; null if it has none.</summary>
    public static string? Find(Rune lower)
    {
        if (lower.IsAscii)
        {
            return null;
        }

        return Letters.TryGetValue(lower.Value, out var plain) ? plain
            : Rune.GetUnicodeCategory(lower) == UnicodeCategory.DecimalDigitNumber
                ? ((int)Rune.GetNumericValue(lower)).ToString(CultureInfo.InvariantCulture)
            : null;
    }
}
