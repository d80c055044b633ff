using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>Which column of a list says what.</summary>
public sealed class ListColumns
{
    private static readonly Dictionary<string, ListField> Own =
        Enum.GetValues<ListField>().ToDictionary(field => field.ToColumn(), StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, ListField> Listmonk = new(StringComparer.OrdinalIgnoreCase)
    {
        ["email"] = ListField.Email,
        ["status"] = ListField.State,
        ["created_at"] = ListField.CreatedAt,
    };

    private static readonly Dictionary<string, ListField> Mailchimp = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Email Address"] = ListField.Email,
        ["OPTIN_TIME"] = ListField.CreatedAt,
        ["OPTIN_IP"] = ListField.ConsentIp,
        ["CONFIRM_TIME"] = ListField.ConsentAt,
        ["CONFIRM_IP"] = ListField.ConsentIp,
        ["TIMEZONE"] = ListField.TimeZone,
        ["UNSUB_TIME"] = ListField.LeftAt,
        ["CLEAN_TIME"] = ListField.CleanedAt,
    };

    /// <summary>What people call the column with the address.</summary>
    private static readonly string[] EmailNames = ["email", "e-mail", "email address", "e-mail address", "mail", "email_address"];

    private readonly Dictionary<string, ListField> known;
    private readonly Dictionary<string, ListField> chosen;

    private ListColumns(string origin, Dictionary<string, ListField> known, Dictionary<string, ListField> chosen) =>
        (Origin, this.known, this.chosen) = (origin, known, chosen);

    /// <summary>Whose list it looks like: <c>own</c>, <c>listmonk</c>, <c>mailchimp</c> or <c>plain</c>.</summary>
    public string Origin { get; }

    /// <summary>The names that <c>--map</c> takes.</summary>
    public static IEnumerable<string> FieldNames => Own.Keys;

    /// <summary>Reads a header. What the caller maps goes before what is recognised.</summary>
    /// <param name="map">Field by column's name.</param>
    /// <exception cref="TrendingMailException">No column has the address, or a mapped one is not there.</exception>
    public static ListColumns Of(IReadOnlyList<string> header, IReadOnlyDictionary<string, ListField> map)
    {
        var names = header.Select(name => name.Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (map.Keys.FirstOrDefault(column => !names.Contains(column)) is { } missing)
        {
            throw new TrendingMailException($"The list has no column '{missing}'; it has {string.Join(", ", header)}.");
        }

        var (origin, recognised) = names.Contains("Email Address") && names.Any(name => name is "LEID" or "OPTIN_TIME" or "MEMBER_RATING")
            ? ("mailchimp", Mailchimp)
            : names.IsSupersetOf(["uuid", "email", "attributes", "status"]) ? ("listmonk", Listmonk)
            : names.IsSupersetOf(["email", "state", "frequency", "consent"]) ? ("own", Own)
            : ("plain", Own);
        var chosen = new Dictionary<string, ListField>(map, StringComparer.OrdinalIgnoreCase);
        var columns = new ListColumns(origin, recognised, chosen);
        if (!names.Any(name => columns.FieldOf(name) == ListField.Email) && EmailNames.FirstOrDefault(names.Contains) is { } email)
        {
            chosen[email] = ListField.Email;
        }

        return names.Any(name => columns.FieldOf(name) == ListField.Email)
            ? columns
            : throw new TrendingMailException("No column of the list is called 'email'; say which one has the addresses, such as " +
                $"--map \"{(header.Count > 0 ? header[0] : "column")}=email\". It has {string.Join(", ", header)}.");
    }

    /// <summary>What a column says; null where nobody knows it, or where another was mapped to the same.</summary>
    public ListField? FieldOf(string column) =>
        chosen.TryGetValue(column.Trim(), out var field) ? field
        : known.TryGetValue(column.Trim(), out field) && !chosen.ContainsValue(field) ? field
        : null;
}
