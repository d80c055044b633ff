using System.Globalization;
using System.Text;
using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Tests.Papers.Search.Words;

public sealed class WordTokenizerTests
{
    [Theory]
    [InlineData("Łukasz Søgaard, Đặng, Straße, Ærø, Diyarbakır", "lukasz sogaard dang strasse aero diyarbakir")]
    [InlineData("Ħ Ŧ Ŋ ĸ Ɓ Ɖ Ə Ƒ Ɠ Ɨ Ƙ Ɲ Ɵ Ƴ Ƶ Ǥ Ɍ Ȼ Ⱥ Ⱦ Þ Œ", "h t n k b d e f g i k n o y z g r c a t th oe")]
    [InlineData("Qwen2.5-VL", "qwen 2 5 vl")]
    [InlineData("GPT4o H100 3D", "gpt 4 o h 100 3 d")]
    [InlineData("C C++ C# F# a++b #C", "c cplusplus csharp fsharp aplusplus b c")]
    [InlineData("ℓ₂ γ₁ CO₂", "l 2 gamma 1 co 2")]
    [InlineData("大语言模型", "大语 语言 言模 模型 型")]
    [InlineData("基于BERT的3D模型", "基于 于 bert 的 3 d 模型 型")]
    [InlineData("한국어 모델의", "한국 국어 어 모델 델의 의")]
    [InlineData("ภาษาไทย", "ภา าษ ษา าไ ไท ทย ย")]
    [InlineData("น้ำ", "นา า")]
    [InlineData("モデル ﾓﾃﾞﾙ", "モデ デル ル モデ デル ル")]
    [InlineData("हिन्दी", "हनद")]
    [InlineData("trans\u00ADformer", "transformer")]
    [InlineData("Oʻzbek O'zbek", "o zbek o zbek")]
    [InlineData("١٢٣", "123")]
    public void ATextIsSplitAndFolded(string text, string words) => Assert.Equal(words, WordTokenizer.FoldText(text));

    [Fact]
    public void ComposedAndDecomposedTextAreTheSame()
    {
        foreach (var text in new[] { "모델을 학습", "Đặng Łukasz", "ガラス", "é" })
        {
            Assert.Equal(WordTokenizer.FoldText(text), WordTokenizer.FoldText(text.Normalize(NormalizationForm.FormD)));
        }
    }

    [Fact]
    public void EveryLatinLetterOfAnOrthographyIsFoldedToAscii()
    {
        // Clicks, glottal stops and the tones of Zhuang have no letter that people would type instead.
        var remaining = Enumerable.Range(0xC0, 0x250 - 0xC0).Select(value => (char)value)
            .Where(char.IsLetter)
            .Where(letter => !Ascii.IsValid(WordTokenizer.FoldText($"x{letter}")))
            .Select(letter => ((int)letter).ToString("X4", CultureInfo.InvariantCulture));

        Assert.Equal("0184 0185 018D 019B 01A2 01A3 01A7 01A8 01AA 01B8 01B9 01BA 01BB 01BC 01BD 01BE 01BF 01C0 01C1 " +
            "01C2 01C3 01F7 021C 021D 0238 0239 0241 0242",
            string.Join(' ', remaining));
    }

    [Theory]
    [InlineData("语言模型", "语言 言模 模型")]
    [InlineData("模", "模")]
    [InlineData("模型BERT", "模型 型 BERT")]
    [InlineData("Qwen 2.5", "Qwen 2 5")]
    public void AQueryNeedsNoLastCharacterAfterABigram(string text, string words) => Assert.Equal(
        words, string.Join(' ', WordTokenizer.Split(text).Select(word => text[word.Start..word.End])));
}
