using TrendingMail.Templates.Themes;

namespace TrendingMail.Tests.Templates.Themes;

public sealed class ThemeTests
{
    [Fact]
    public void TheIncludedThemeHasSufficientContrastInLightAndDarkMode()
    {
        var theme = Theme.Parse(File.ReadAllText(Path.Combine(Repository.Templates, Theme.FileName)));

        foreach (var colors in new[] { theme.Light, theme.Dark })
        {
            foreach (var text in new[] { colors.Ink, colors.Text, colors.Quiet, colors.Accent })
            {
                Assert.InRange(ColorScheme.ContrastRatio(text, colors.Sheet), 4.5, 21);
            }

            Assert.InRange(ColorScheme.ContrastRatio(colors.OnAccent, colors.Accent), 4.5, 21);
        }
    }

    [Theory]
    [InlineData("#000000", "#ffffff", 21)]
    [InlineData("#ffffff", "#000000", 21)]
    [InlineData("#777777", "#ffffff", 4.48)]
    [InlineData("#767676", "#ffffff", 4.54)]
    [InlineData("#ff0000", "#00ff00", 2.91)]
    public void ContrastFollowsWcag(string one, string other, double ratio) =>
        Assert.Equal(ratio, ColorScheme.ContrastRatio(one, other), 2);

    [Fact]
    public void OmittedThemeValuesUseTheDefaults() =>
        Assert.Equal(new ColorScheme().Ink, Theme.Parse("""{"light": {"page": "#f0f0f0"}}""").Light.Ink);

    [Theory]
    [InlineData("""{"light": {"quiet": "#999999"}}""",
        "light.quiet #999999 on sheet #ffffff has a contrast ratio of 2.85")]
    [InlineData("""{"dark": {"ink": "white"}}""", "dark.ink 'white' is not a color such as #0b6b4f")]
    [InlineData("""{"light": {"accent": "#0b6b4f;}"}}""", "is not a color")]
    [InlineData("""{"fonts": {"text": "Segoe;UI"}}""", "fonts.text 'Segoe;UI' is not a list of font families")]
    [InlineData("""{"logo": {"image": "javascript:alert(1)"}}""",
        "logo.image 'javascript:alert(1)' is not an https URL")]
    [InlineData("""{"logo": {"width": 9000}}""", "must be 1 to 600")]
    [InlineData("{\n  \"lihgt\": {}\n}", "line 2")]
    [InlineData("{", "line 1")]
    public void AnInvalidThemeIsRejectedWithAReason(string json, string fault) => Assert.Contains(
        fault, Assert.Throws<TrendingMailException>(() => Theme.Parse(json)).Message, StringComparison.Ordinal);
}
