using System.Collections.Frozen;
using TrendingMail.Subscribers.Import.Lines;

namespace TrendingMail.Subscribers.Import.Columns;

/// <summary>The columns of a product's export.</summary>
/// <param name="Name">The product, in lower case.</param>
/// <param name="Signatures">Sets of columns, each of which identifies the product.</param>
/// <param name="Columns">The columns to use.</param>
/// <param name="Unrelated">Columns that look like a subscription status and are none.</param>
internal sealed record ImportLayout(
    string Name, string[][] Signatures, FrozenDictionary<string, ImportField> Columns, FrozenSet<string> Unrelated)
{
    /// <summary>States with another meaning than <see cref="ImportStates"/> has for them.</summary>
    public FrozenDictionary<string, SubscriberState> States { get; init; } =
        FrozenDictionary<string, SubscriberState>.Empty;

    /// <summary>How the product writes times, if in a way of its own; see <see cref="ImportTime"/>.</summary>
    public string[] TimeFormats { get; init; } = [];

    public bool Matches(IReadOnlySet<string> names) => Signatures.Any(names.IsSupersetOf);

    public static ImportLayout Create(
        string name, string[][] signatures, IEnumerable<(string Column, ImportField Field)> columns,
        params string[] unrelated) =>
        new(name, signatures,
            columns.ToFrozenDictionary(c => c.Column, c => c.Field, StringComparer.OrdinalIgnoreCase),
            unrelated.ToFrozenSet(StringComparer.OrdinalIgnoreCase));
}
