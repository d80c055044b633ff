using CsCheck;

namespace TrendingMail.Tests;

/// <summary>Texts that break careless encoding, header and layout code.</summary>
public static class Hostile
{
    private static readonly string[] Pieces =
    [
        "", " ", "  ", "\t", "\n", "\r", "\r\n", "\n\n", "\f", "\u0085", "\u2028", "\u2029", "\0", "\u0001",
        "\u007f", "=", "==", "=\n",
        "=20", "=3D", "=?utf-8?q?x?=", ".", "..", "\n.\n", "\r\n.\r\n", "From ", "\nFrom me", "--=_daily2026112",
        "\nBcc: x@example.net\n",
        "\r\nSubject: other\r\n\r\n", "<script>alert(1)</script>", "\"><b>", "&amp;", "&", "'", "\"",
        "{{ links.unsubscribe }}", "{%", "😀",
        "👩‍🔬", "مرحبا", "\u202Eabc\u202C", "שלום", "用户", "é", "e\u0301", "\uFEFF", "\uFFFD", "\uD83D", "\uDE00",
        "\uFDD0", "\uE001", "\uFDD1",
        "a", "word", "The tide", "Zq7xText", "Zq7xHtml", "%00", "\\", "$x^2$", ",", ";", ":",
    ];

    /// <summary>From the empty string to a single word of ten kilobytes.</summary>
    public static Gen<string> Text { get; } = Gen.Frequency(
        (150, Gen.OneOf(Pieces).Array[0, 12].Select(string.Concat)),
        (36, Gen.Select(Gen.OneOf(Pieces), Gen.Int[1, 200])
            .Select((piece, times) => string.Concat(Enumerable.Repeat(piece, times)))),
        (36, Gen.String[Gen.Char['\0', '\uFFFF'], 0, 60]),
        (48, Gen.String[Gen.Char[' ', '~'], 60, 90]),
        (1, Gen.Const("a subscriber's \uFDD0\uE000\uFDD1 placeholder")),
        (12, Gen.Int[5_000, 10_000].Select(length => new string('w', length))));
}
