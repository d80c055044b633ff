using System.Globalization;
using TrendingMail.Papers;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Diagnostics.Installation.Data;

/// <summary>Whether each source of papers was read lately.</summary>
internal sealed class SourcesCheck(PaperCollector collector, PaperStore papers, TimeProvider clock) : DiagnosticCheck(
    CheckGroup.Installation, "sources", "when each source of papers was last read, and its last fault")
{
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    private static readonly TimeSpan Lost = TimeSpan.FromDays(3);

    public override async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var states = await papers.ListSourceStatesAsync(cancellationToken);
        return
        [
            .. collector.SourceNames.Select(source =>
                Judge(states.FirstOrDefault(state => state.Source == source)).About(source))
                .DefaultIfEmpty(Finding.Warn("No source of papers is configured.", "Set Papers:Sources:0:Kind.")),
        ];
    }

    private Finding Judge(SourceState? state)
    {
        if (state is null)
        {
            return Finding.Warn("The source was never read.", "Run 'papers fetch', or start the program.");
        }

        var age = state.SucceededAt is { } at ? clock.GetUtcNow() - at : TimeSpan.MaxValue;
        var text = state.SucceededAt is { } succeededAt
            ? $"The source was last read at {Format(succeededAt)}." : "The source was never read successfully.";
        var finding = age <= Fresh ? Finding.Good(text)
            : age <= Lost ? Finding.Warn(text, "Run 'papers fetch', which shows what is wrong.")
            : Finding.Bad(text, "Run 'papers fetch', which shows what is wrong.");
        return finding with
        {
            Evidence = state.Fault is null ? [] : [$"Last fault, at {Format(state.FetchedAt)}: {state.Fault}"],
        };
    }

    private static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
