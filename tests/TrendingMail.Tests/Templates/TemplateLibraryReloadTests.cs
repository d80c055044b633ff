using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Templates;

namespace TrendingMail.Tests.Templates;

public sealed class TemplateLibraryReloadTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private readonly FakeTimeProvider clock = new();

    private readonly ErrorLog log = new();

    private readonly TemplateLibrary templates;

    public TemplateLibraryReloadTests()
    {
        folder.Write("part.txt", "part");
        folder.Write("page.txt", "one {{ include 'part.txt' }}");
        templates = new TemplateLibrary(folder.Path, clock, log);
        Assert.Equal("one part", Page());
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("page.txt", "two {{ include 'part.txt' }}", "two part")]
    [InlineData("part.txt", "changed", "one changed")]
    public void EditTakesEffect(string file, string text, string expected)
    {
        Edit(file, text);

        Assert.Equal((expected, 2), (Page(), templates.Version));
    }

    [Fact]
    public void FolderIsCheckedAtMostOnceASecond()
    {
        folder.Write("page.txt", "two!");

        Assert.Equal("one part", Page());
    }

    [Fact]
    public void InvalidEditIsLoggedWithItsPositionAndThePreviousTemplatesRemainInUse()
    {
        Edit("page.txt", "two\n {{ if x }}");

        Assert.Equal(("one part", 1), (Page(), templates.Version));
        Assert.StartsWith("Template page.txt, line 2, column ", Assert.Single(log.Errors), StringComparison.Ordinal);

        Edit("page.txt", "three");
        Assert.Equal("three", Page());
    }

    [Fact]
    public void InvalidEditIsLoggedOnce()
    {
        Edit("page.txt", "{{ if x }}");
        Page();
        clock.Advance(TimeSpan.FromSeconds(2));
        Page();

        Assert.Single(log.Errors);
    }

    [Fact]
    public void UnknownNameIsLoggedAndThePreviousTemplatesRemainInUse()
    {
        Edit("page.txt", "two {{ nosuchname }}");

        Assert.Equal("one part", Page());
        Assert.Equal("one part", Page());
        Assert.StartsWith("Template page.txt, line 1, column 8: ", Assert.Single(log.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void PreviousTemplatesRemainInUseAfterTwoInvalidEdits()
    {
        Edit("page.txt", "two {{ nosuchname }}");
        Page();
        Edit("page.txt", "three {{ nosuchname }}");

        Assert.Equal("one part", Page());
    }

    [Fact]
    public void ThemeAndLanguagesAreReloadedToo()
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

    private string Page() => templates.Render("page.txt", TemplateModel.Create());

    private sealed class ErrorLog : ILogger<TemplateLibrary>
    {
        public List<string> Errors { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error)
            {
                Errors.Add(formatter(state, exception));
            }
        }
    }
}
