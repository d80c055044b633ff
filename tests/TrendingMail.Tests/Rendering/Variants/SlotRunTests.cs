using TrendingMail.Rendering;
using TrendingMail.Rendering.Variants;

namespace TrendingMail.Tests.Rendering.Variants;

public sealed class SlotRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("{{ reader.address }}")]
    [InlineData("{{ for n in 1..3 }}{{ links.papers[n - 1].more }}{{ end }}")]
    [InlineData("{{ if reader.known }}{{ reader.address }}{{ end }}")]
    [InlineData("{{ include 'part.txt' }}")]
    [InlineData("{{~ include 'part.txt' ~}}")]
    [InlineData("{{ if true; include 'part.txt'; reader.address; end }}")]
    [InlineData("{{ reader.known | string.upcase }}")]
    [InlineData("{{ func f; reader.address; end }}{{ f }}")]
    [InlineData("{{ links.papers.size }}")]
    public void WritingIsAllowed(string template) => Assert.Null(Misuse(template, "html") ?? Misuse(template, "txt"));

    [Theory]
    [InlineData("{{ reader.address | string.upcase }}")]
    [InlineData("{{ string.size reader.address }}")]
    [InlineData("{{ reader.address | string.slice 0 3 }}")]
    [InlineData("{{ reader.address | wrap 78 0 }}")]
    [InlineData("{{ if reader.address }}x{{ end }}")]
    [InlineData("{{ if reader.address == 'ada' }}x{{ end }}")]
    [InlineData("{{ reader.address == null }}")]
    [InlineData("{{ 'to ' + reader.address }}")]
    [InlineData("{{ reader.address ? 'a' : 'b' }}")]
    [InlineData("{{ reader.address ?? 'b' }}")]
    [InlineData("{{ (reader.address) }}")]
    [InlineData("{{ reader.address.size }}")]
    [InlineData("{{ $a = reader.address }}{{ $a }}")]
    [InlineData("{{ object.typeof reader.address }}")]
    [InlineData("{{ object.default reader.address 'x' }}")]
    [InlineData("{{ [reader.address] }}")]
    [InlineData("{{ $r = reader }}{{ $r }}")]
    [InlineData("{{ reader }}")]
    [InlineData("{{ for x in reader }}{{ x }}{{ end }}")]
    [InlineData("{{ reader | object.keys }}")]
    [InlineData("{{ reader | object.to_json }}")]
    [InlineData("{{ reader['address'] }}")]
    [InlineData("{{ capture x }}{{ reader.address }}{{ end }}{{ x | string.size }}")]
    [InlineData("{{ include 'part.txt' | string.upcase }}")]
    [InlineData("{{ $p = include 'part.txt' }}{{ $p | wrap 9 0 }}")]
    [InlineData("{{ capture x }}{{ include 'part.txt' }}{{ end }}{{ x }}")]
    [InlineData("{{ include 'given.txt' reader.address }}")]
    [InlineData("{{ links.papers[0].more | string.size }}")]
    [InlineData("{{ links.papers | array.first | object.to_json }}")]
    public void AnythingMoreIsFoundOut(string template)
    {
        Assert.NotNull(Misuse(template, "html"));
        Assert.NotNull(Misuse(template, "txt"));
    }

    [Fact]
    public void TheFaultNamesItsPlace() => Assert.StartsWith(
        "Template x.txt, line 2, column 11:", Misuse("a\n{{ reader.address | string.size }}", "txt"), StringComparison.Ordinal);

    /// <returns>What is told, or what the template fails with; null where all is well.</returns>
    private string? Misuse(string template, string kind)
    {
        folder.Write($"x.{kind}", template);
        folder.Write("part.txt", "<{{ reader.address }}>");
        folder.Write("given.txt", "{{ $1 }}");
        var run = new SlotRun();
        try
        {
            new Templates(folder.Path).Render($"x.{kind}", Model.Of(
                ("reader", run.Members(("address", run.Slot(0)), ("known", "Ada"))),
                ("links", run.Members(("papers", Model.List(Enumerable.Range(0, 3).Select(n =>
                    run.Members(("more", run.Slot(1, $".{n}"))))))))));
        }
        catch (TrendingMailException e)
        {
            return run.Misuse ?? e.Message;
        }

        return run.Misuse;
    }
}
