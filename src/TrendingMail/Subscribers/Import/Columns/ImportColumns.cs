using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import.Columns;

/// <summary>Maps the columns of a list to fields.</summary>
public sealed class ImportColumns
{
    /// <summary>Common names of the address column.</summary>
    private static readonly string[] EmailNames =
        ["email", "e-mail", "email address", "e-mail address", "mail", "email_address", "e-post", "correo electrónico"];

    private readonly Dictionary<string, ImportField> mapped;
    private readonly IReadOnlySet<string> ignored;
    private readonly List<string> unused = [];

    private ImportColumns(ImportLayout layout, Dictionary<string, ImportField> mapped, IReadOnlySet<string> ignored) =>
        (Layout, this.mapped, this.ignored) = (layout, mapped, ignored);

    /// <summary>
    /// The format detected: <c>own</c>, a product such as <c>listmonk</c> or <c>mailchimp</c>, or <c>plain</c>.
    /// </summary>
    public string Origin => Layout.Name;

    /// <summary>The columns that are not used, in the order of the list.</summary>
    public IReadOnlyList<string> Unused => unused;

    /// <summary>The field names that <c>--map</c> accepts.</summary>
    public static IEnumerable<string> FieldNames { get; } =
        [.. Enum.GetValues<ImportField>().Select(column => column.ToColumn())];

    internal ImportLayout Layout { get; }

    /// <summary>Detects the format from a header. The caller's mapping takes precedence over detection.</summary>
    /// <param name="map">Fields by column name.</param>
    /// <param name="ignored">Columns to leave out, whatever they say.</param>
    /// <param name="isComplete">Whether no line can have a column that the header lacks.</param>
    /// <exception cref="TrendingMailException">
    /// There is no address column, a mapped column is missing, or a status would be lost.
    /// </exception>
    public static ImportColumns Detect(
        IReadOnlyList<string> header, IReadOnlyDictionary<string, ImportField> map, IReadOnlySet<string> ignored,
        bool isComplete = true)
    {
        var names = header.Select(name => name.Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (isComplete && map.Keys.Concat(ignored).FirstOrDefault(column => !names.Contains(column)) is { } missing)
        {
            throw new TrendingMailException(
                $"The list has no column '{missing}'. Its columns: {string.Join(", ", header)}.");
        }

        var columns = new ImportColumns(
            ImportLayouts.Find(names),
            new Dictionary<string, ImportField>(map, StringComparer.OrdinalIgnoreCase), ignored);
        if (!names.Any(name => columns.FindField(name) == ImportField.Email) &&
            EmailNames.FirstOrDefault(names.Contains) is { } email)
        {
            columns.mapped[email] = ImportField.Email;
        }

        if (!names.Any(name => columns.FindField(name) == ImportField.Email))
        {
            throw new TrendingMailException(
                "The list has no 'email' column. Name the column with the addresses, for example " +
                $"--map \"{(header.Count > 0 ? header[0] : "column")}=email\". " +
                $"Its columns: {string.Join(", ", header)}.");
        }

        columns.RequireOneState(header);
        foreach (var name in header)
        {
            columns.Add(name);
        }

        return columns;
    }

    /// <summary>
    /// Adds a column that only later lines of the list have, and finds its field; null if it is not used.
    /// </summary>
    /// <exception cref="TrendingMailException">The column looks like a status, and is neither mapped nor
    /// ignored.</exception>
    public ImportField? Add(string column)
    {
        var name = column.Trim();
        var field = FindField(name);
        if (field is not null || name.Length == 0)
        {
            return field;
        }

        if (!ignored.Contains(name) && !Layout.Unrelated.Contains(name) && StatusColumnNames.Matches(name))
        {
            throw UnusedStatus($"The column '{name}' looks like a subscription status", name);
        }

        unused.Add(name);
        return null;
    }

    /// <summary>
    /// Finds a column's field; null if it is not recognized, is ignored, or another column was mapped to that field.
    /// </summary>
    public ImportField? FindField(string column) =>
        mapped.TryGetValue(column.Trim(), out var field) ? field
        : Layout.Columns.TryGetValue(column.Trim(), out field) && !mapped.ContainsValue(field) &&
        !ignored.Contains(column.Trim())
            ? field
            : null;

    /// <summary>Whether to check the values of an unused column for words that say that someone has left.</summary>
    internal bool IsWatched(string column) =>
        column.Trim() is { Length: > 0 } name && !ignored.Contains(name) && !Layout.Unrelated.Contains(name);

    internal static TrendingMailException UnusedStatus(string what, string column) => new(
        $"{what}. Say what it means, for example --map " +
            $"\"{column}={StatusColumnNames.SuggestField(column).ToColumn()}\", " +
        $"or leave it out with --ignore-column \"{column}\".");

    /// <summary>With two columns for the state, one of them could hide that someone has left.</summary>
    private void RequireOneState(IReadOnlyList<string> header)
    {
        foreach (var field in (ImportField[])[ImportField.State, ImportField.OptedIn])
        {
            if (header.Where(name => FindField(name) == field).ToArray() is { Length: > 1 } several)
            {
                throw new TrendingMailException(
                    $"Several columns say what the {field.ToColumn()} of a subscriber " +
                        $"is: {string.Join(", ", several)}. " +
                    $"Leave out all but one, for example --ignore-column \"{several[^1]}\".");
            }
        }
    }
}
