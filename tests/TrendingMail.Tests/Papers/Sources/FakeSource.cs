using TrendingMail.Papers.Sources;

namespace TrendingMail.Tests.Papers.Sources;

/// <summary>A fake source that returns what a test specifies and records the requested days.</summary>
public sealed class FakeSource(Func<DateOnly, FetchResult> answer) : IPaperSource
{
    public string Name { get; init; } = "Scripted";

    public bool Announces { get; init; }

    public List<DateOnly> RequestedDays { get; } = [];

    public static FakeSource Unreachable(string name = "Scripted") =>
        new(_ => throw new TrendingMailException("it cannot be reached")) { Name = name };

    /// <summary>Lists one paper on each of the given days, and none on other days.</summary>
    public static FakeSource Listing(params DateOnly[] days) => new(day => new FetchResult(
        days.Contains(day) ? [TestPapers.Listed($"{day:yyMM}.000{day:dd}", day: day)] : [], []));

    public Task<FetchResult> FetchAsync(DateOnly day, CancellationToken cancellationToken)
    {
        RequestedDays.Add(day);
        return Task.FromResult(answer(day));
    }
}
