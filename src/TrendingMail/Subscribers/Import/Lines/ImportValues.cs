using TrendingMail.Subscribers.Import.Columns;

namespace TrendingMail.Subscribers.Import.Lines;

/// <summary>The fields of one line as text.</summary>
internal sealed class ImportValues
{
    private static readonly ImportField[] All = Enum.GetValues<ImportField>();

    private readonly string?[] values = new string?[All.Length];

    /// <summary>The text without white space around it; null if it is empty or the list has no such field.</summary>
    public string? this[ImportField field] =>
        values[(int)field] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <summary>Whether the field says that the address may or may not be mailed.</summary>
    public static bool IsStatus(ImportField field) => field is ImportField.State or ImportField.UnsubscribedAt
        or ImportField.CleanedAt or ImportField.OptedIn or ImportField.OptedOut or ImportField.Confirmed
        or ImportField.Bounced or ImportField.Complained or ImportField.Blocked or ImportField.Suppression;

    /// <summary>Whether the list has the field, even if it is empty in this line.</summary>
    public bool Has(ImportField field) => values[(int)field] is not null;

    public void Clear() => Array.Clear(values);

    /// <summary>
    /// Adds the value of one column. If several columns have the same field, the first that is not empty counts, and
    /// of those that say that someone has left, the first that says so.
    /// </summary>
    public void Add(ImportField field, string value)
    {
        ref var current = ref values[(int)field];
        if (string.IsNullOrWhiteSpace(current) ||
            (SaysThatSomeoneHasLeft(field) && ImportFlag.IsNo(current) && !string.IsNullOrWhiteSpace(value)))
        {
            current = value;
        }
    }

    /// <summary>Finds the fields that have characters lost in a conversion, and clears them.</summary>
    public IReadOnlyList<ImportField> RemoveBroken()
    {
        List<ImportField>? broken = null;
        foreach (var field in All)
        {
            if (values[(int)field]?.Contains('\uFFFD', StringComparison.Ordinal) == true)
            {
                values[(int)field] = "";
                (broken ??= []).Add(field);
            }
        }

        return broken ?? (IReadOnlyList<ImportField>)[];
    }

    private static bool SaysThatSomeoneHasLeft(ImportField field) =>
        IsStatus(field) && field is not (ImportField.State or ImportField.OptedIn or ImportField.Confirmed);
}
