using TrendingMail.Messages.Bulk;
using TrendingMail.Templates;

namespace TrendingMail.Tests.Messages.Bulk;

public sealed class PlaceholderRecorderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("{{ subscriber.address }}")]
    [InlineData("{{ for n in 1..3 }}{{ links.papers[n - 1].more }}{{ end }}")]
    [InlineData("{{ if subscriber.known }}{{ subscriber.address }}{{ end }}")]
    [InlineData("{{ include 'part.txt' }}")]
    [InlineData("{{~ include 'part.txt' ~}}")]
    [InlineData("{{ if true; include 'part.txt'; subscriber.address; end }}")]
    [InlineData("{{ subscriber.known | string.upcase }}")]
    [InlineData("{{ func f; subscriber.address; end }}{{ f }}")]
    [InlineData("{{ links.papers.size }}")]
    public void WritingIsAllowed(string template) =>
        Assert.Null(FindMisuse(template, "html") ?? FindMisuse(template, "txt"));

    [Theory]
    [InlineData("{{ subscriber.address | string.upcase }}")]
    [InlineData("{{ string.size subscriber.address }}")]
    [InlineData("{{ subscriber.address | string.slice 0 3 }}")]
    [InlineData("{{ subscriber.address | wrap 78 0 }}")]
    [InlineData("{{ if subscriber.address }}x{{ end }}")]
    [InlineData("{{ if subscriber.address == 'ada' }}x{{ end }}")]
    [InlineData("{{ subscriber.address == null }}")]
    [InlineData("{{ 'to ' + subscriber.address }}")]
    [InlineData("{{ subscriber.address ? 'a' : 'b' }}")]
    [InlineData("{{ subscriber.address ?? 'b' }}")]
    [InlineData("{{ (subscriber.address) }}")]
    [InlineData("{{ subscriber.address.size }}")]
    [InlineData("{{ $a = subscriber.address }}{{ $a }}")]
    [InlineData("{{ object.typeof subscriber.address }}")]
    [InlineData("{{ object.default subscriber.address 'x' }}")]
    [InlineData("{{ [subscriber.address] }}")]
    [InlineData("{{ $r = subscriber }}{{ $r }}")]
    [InlineData("{{ subscriber }}")]
    [InlineData("{{ for x in subscriber }}{{ x }}{{ end }}")]
    [InlineData("{{ subscriber | object.keys }}")]
    [InlineData("{{ subscriber | object.to_json }}")]
    [InlineData("{{ subscriber['address'] }}")]
    [InlineData("{{ capture x }}{{ subscriber.address }}{{ end }}{{ x | string.size }}")]
    [InlineData("{{ include 'part.txt' | string.upcase }}")]
    [InlineData("{{ $p = include 'part.txt' }}{{ $p | wrap 9 0 }}")]
    [InlineData("{{ capture x }}{{ include 'part.txt' }}{{ end }}{{ x }}")]
    [InlineData("{{ include 'given.txt' subscriber.address }}")]
    [InlineData("{{ links.papers[0].more | string.size }}")]
    [InlineData("{{ links.papers | array.first | object.to_json }}")]
    public void AnyOtherUseIsDetected(string template)
    {
        Assert.NotNull(FindMisuse(template, "html"));
        Assert.NotNull(FindMisuse(template, "txt"));
    }

    [Fact]
    public void MisuseIsReportedWithItsPosition() => Assert.StartsWith(
        "Template x.txt, line 2, column 15:", FindMisuse("a\n{{ subscriber.address | string.size }}", "txt"),
        StringComparison.Ordinal);

    /// <returns>The reported misuse or the error of the template; null if there is neither.</returns>
    private string? FindMisuse(string template, string kind)
    {
        folder.Write($"x.{kind}", template);
        folder.Write("part.txt", "<{{ subscriber.address }}>");
        folder.Write("given.txt", "{{ $1 }}");
        var recorder = new PlaceholderRecorder();
        try
        {
            new TemplateLibrary(folder.Path).Render($"x.{kind}", TemplateModel.Create(
                ("subscriber", recorder.CreateObject(("address", recorder.Get(0)), ("known", "Ada"))),
                ("links", recorder.CreateObject(("papers", TemplateModel.List(Enumerable.Range(0, 3).Select(n =>
                    recorder.CreateObject(("more", recorder.Get(1, $".{n}"))))))))));
        }
        catch (TrendingMailException e)
        {
            return recorder.Misuse ?? e.Message;
        }

        return recorder.Misuse;
    }
}
