using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Rendering;

namespace TrendingMail.Tests.Rendering;

public sealed class TemplateReloadTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private readonly FakeTimeProvider clock = new();

    private readonly FaultLog log = new();

    private readonly Templates templates;

    public TemplateReloadTests()
    {
        folder.Write("part.txt", "part");
        folder.Write("page.txt", "one {{ include 'part.txt' }}");
        templates = new Templates(folder.Path, clock, log);
        Assert.Equal("one part", Page());
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("page.txt", "two {{ include 'part.txt' }}", "two part")]
    [InlineData("part.txt", "changed", "one changed")]
    public void WhatIsEditedTakesEffect(string file, string text, string expected)
    {
        Edit(file, text);

        Assert.Equal((expected, 2), (Page(), templates.Version));
    }

    [Fact]
    public void TheFolderIsLookedAtOnceASecondAndNotForEachMail()
    {
        folder.Write("page.txt", "two!");

        Assert.Equal("one part", Page());
    }

    [Fact]
    public void ABrokenEditIsRefusedWithItsPlaceAndTheLastGoodOneKeepsServing()
    {
        Edit("page.txt", "two\n {{ if x }}");

        Assert.Equal(("one part", 1), (Page(), templates.Version));
        Assert.StartsWith("Template page.txt, line 2, column ", Assert.Single(log.Faults), StringComparison.Ordinal);

        Edit("page.txt", "three");
        Assert.Equal("three", Page());
    }

    [Fact]
    public void ABrokenEditIsToldOnce()
    {
        Edit("page.txt", "{{ if x }}");
        Page();
        clock.Advance(TimeSpan.FromSeconds(2));
        Page();

        Assert.Single(log.Faults);
    }

    [Fact]
    public void AnEditThatAsksForWhatIsNotThereIsToldAndTheLastGoodOneKeepsServing()
    {
        Edit("page.txt", "two {{ nosuchname }}");

        Assert.Equal("one part", Page());
        Assert.Equal("one part", Page());
        Assert.StartsWith("Template page.txt, line 1, column 8: ", Assert.Single(log.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void TheLastGoodOneIsKeptOverTwoBadEdits()
    {
        Edit("page.txt", "two {{ nosuchname }}");
        Page();
        Edit("page.txt", "three {{ nosuchname }}");

        Assert.Equal("one part", Page());
    }

    [Fact]
    public void AThemeAndALanguageAreReadAnewToo()
    {
        Edit("languages/en.json", """{"name": "English", "culture": "en-US", "messages": {"a": "b"}}""");
        Edit("page.txt", "{{ t 'a' }} {{ theme.ink }}");
        Edit("theme.json", """{"light": {"ink": "#000001"}}""");

        Assert.Equal("b #000001", Page());
    }

    private void Edit(string file, string text)
    {
        folder.Write(file, text);
        clock.Advance(TimeSpan.FromSeconds(2));
    }

    private string Page() => templates.Render("page.txt", Model.Of());

    private sealed class FaultLog : ILogger<Templates>
    {
        public List<string> Faults { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error)
            {
                Faults.Add(formatter(state, exception));
            }
        }
    }
}
