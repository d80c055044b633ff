using TrendingMail.Papers;

namespace TrendingMail.Tests.Papers;

/// <summary>A source that lists what a test tells it to, and remembers for which days it was asked.</summary>
public sealed class ScriptedSource(Func<DateOnly, SourceReading> answer) : IPaperSource
{
    public string Name { get; init; } = "Scripted";

    public bool Announces { get; init; }

    public List<DateOnly> Asked { get; } = [];

    public static ScriptedSource Unreachable(string name = "Scripted") =>
        new(_ => throw new TrendingMailException("it cannot be reached")) { Name = name };

    /// <summary>Lists one paper on each of these days, and none on others.</summary>
    public static ScriptedSource Listing(params DateOnly[] days) => new(day => new SourceReading(
        days.Contains(day) ? [TestPapers.Listed($"{day:yyMM}.000{day:dd}", day: day)] : [], []));

    public Task<SourceReading> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        Asked.Add(day);
        return Task.FromResult(answer(day));
    }
}
