using TrendingMail.Rendering.Styling;

namespace TrendingMail.Tests.Rendering.Styling;

public sealed class ThemeTests
{
    [Fact]
    public void EveryTextOfTheThemeThatComesWithTheProgramCanBeReadByDayAndByNight()
    {
        var theme = Theme.Parse(File.ReadAllText(Path.Combine(Repository.Templates, Theme.File)));

        foreach (var colours in new[] { theme.Light, theme.Dark })
        {
            foreach (var text in new[] { colours.Ink, colours.Text, colours.Quiet, colours.Accent })
            {
                Assert.InRange(Colours.Contrast(text, colours.Sheet), 4.5, 21);
            }

            Assert.InRange(Colours.Contrast(colours.OnAccent, colours.Accent), 4.5, 21);
        }
    }

    [Theory]
    [InlineData("#000000", "#ffffff", 21)]
    [InlineData("#ffffff", "#000000", 21)]
    [InlineData("#777777", "#ffffff", 4.48)]
    [InlineData("#767676", "#ffffff", 4.54)]
    [InlineData("#ff0000", "#00ff00", 2.91)]
    public void TheContrastOfTwoColoursIsThatOfWcag(string one, string other, double ratio) =>
        Assert.Equal(ratio, Colours.Contrast(one, other), 2);

    [Fact]
    public void WhatAThemeLeavesOutIsAsItComesWithTheProgram() =>
        Assert.Equal(new Colours().Ink, Theme.Parse("""{"light": {"page": "#f0f0f0"}}""").Light.Ink);

    [Theory]
    [InlineData("""{"light": {"quiet": "#999999"}}""", "light.quiet #999999 on sheet #ffffff has a contrast of 2.85")]
    [InlineData("""{"dark": {"ink": "white"}}""", "dark.ink 'white' is no colour such as #0b6b4f")]
    [InlineData("""{"light": {"accent": "#0b6b4f;}"}}""", "is no colour")]
    [InlineData("""{"fonts": {"text": "Segoe;UI"}}""", "fonts.text 'Segoe;UI' is no list of families")]
    [InlineData("""{"logo": {"image": "javascript:alert(1)"}}""", "logo.image 'javascript:alert(1)' is no https address")]
    [InlineData("""{"logo": {"width": 9000}}""", "give 1 to 600")]
    [InlineData("{\n  \"lihgt\": {}\n}", "line 2")]
    [InlineData("{", "line 1")]
    public void AThemeThatCannotBeIsRefusedWithItsFault(string json, string fault) => Assert.Contains(
        fault, Assert.Throws<TrendingMailException>(() => Theme.Parse(json)).Message, StringComparison.Ordinal);
}
