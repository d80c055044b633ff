using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>Maps the columns of a list to fields.</summary>
public sealed class ImportColumns
{
    private static readonly Dictionary<string, ImportField> Own =
        Enum.GetValues<ImportField>().ToDictionary(field => field.ToColumn(), StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, ImportField> Listmonk = new(StringComparer.OrdinalIgnoreCase)
    {
        ["email"] = ImportField.Email,
        ["status"] = ImportField.State,
        ["created_at"] = ImportField.CreatedAt,
    };

    private static readonly Dictionary<string, ImportField> Mailchimp = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Email Address"] = ImportField.Email,
        ["OPTIN_TIME"] = ImportField.CreatedAt,
        ["OPTIN_IP"] = ImportField.ConsentIp,
        ["CONFIRM_TIME"] = ImportField.ConsentAt,
        ["CONFIRM_IP"] = ImportField.ConsentIp,
        ["TIMEZONE"] = ImportField.TimeZone,
        ["UNSUB_TIME"] = ImportField.UnsubscribedAt,
        ["CLEAN_TIME"] = ImportField.CleanedAt,
    };

    /// <summary>Common names of the address column.</summary>
    private static readonly string[] EmailNames = ["email", "e-mail", "email address", "e-mail address", "mail", "email_address"];

    private readonly Dictionary<string, ImportField> recognized;
    private readonly Dictionary<string, ImportField> mapped;

    private ImportColumns(string origin, Dictionary<string, ImportField> recognized, Dictionary<string, ImportField> mapped) =>
        (Origin, this.recognized, this.mapped) = (origin, recognized, mapped);

    /// <summary>The format detected: <c>own</c>, <c>listmonk</c>, <c>mailchimp</c> or <c>plain</c>.</summary>
    public string Origin { get; }

    /// <summary>The field names that <c>--map</c> accepts.</summary>
    public static IEnumerable<string> FieldNames => Own.Keys;

    /// <summary>Detects the format from a header. The caller's mapping takes precedence over detection.</summary>
    /// <param name="map">Fields by column name.</param>
    /// <exception cref="TrendingMailException">There is no address column, or a mapped column is missing.</exception>
    public static ImportColumns Detect(IReadOnlyList<string> header, IReadOnlyDictionary<string, ImportField> map)
    {
        var names = header.Select(name => name.Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (map.Keys.FirstOrDefault(column => !names.Contains(column)) is { } missing)
        {
            throw new TrendingMailException(
                $"The list has no column '{missing}'. Its columns: {string.Join(", ", header)}.");
        }

        var (origin, recognized) = names.Contains("Email Address") && names.Any(name => name is "LEID" or "OPTIN_TIME" or "MEMBER_RATING")
            ? ("mailchimp", Mailchimp)
            : names.IsSupersetOf(["uuid", "email", "attributes", "status"]) ? ("listmonk", Listmonk)
            : names.IsSupersetOf(["email", "state", "frequency", "consent"]) ? ("own", Own)
            : ("plain", Own);
        var mapped = new Dictionary<string, ImportField>(map, StringComparer.OrdinalIgnoreCase);
        var columns = new ImportColumns(origin, recognized, mapped);
        if (!names.Any(name => columns.FindField(name) == ImportField.Email) && EmailNames.FirstOrDefault(names.Contains) is { } email)
        {
            mapped[email] = ImportField.Email;
        }

        return names.Any(name => columns.FindField(name) == ImportField.Email)
            ? columns
            : throw new TrendingMailException(
                "The list has no 'email' column. Name the column with the addresses, for example " +
                $"--map \"{(header.Count > 0 ? header[0] : "column")}=email\". " +
                $"Its columns: {string.Join(", ", header)}.");
    }

    /// <summary>
    /// Finds a column's field; null if it is not recognized, or another column was mapped to that field.
    /// </summary>
    public ImportField? FindField(string column) =>
        mapped.TryGetValue(column.Trim(), out var field) ? field
        : recognized.TryGetValue(column.Trim(), out field) && !mapped.ContainsValue(field) ? field
        : null;
}
