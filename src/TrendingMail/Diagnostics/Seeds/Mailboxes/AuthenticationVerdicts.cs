using MimeKit;

namespace TrendingMail.Diagnostics.Seeds.Mailboxes;

/// <summary>What the receiving host found about a message's authentication (RFC 8601).</summary>
/// <param name="Text">Its Authentication-Results fields, unfolded.</param>
/// <param name="Spf">Its result, such as <c>pass</c>; null if the host gives none.</param>
/// <param name="Dkim">Pass if any signature passed.</param>
public sealed record AuthenticationVerdicts(string Text, string? Spf, string? Dkim, string? Dmarc)
{
    private const string Pass = "pass";

    /// <summary>
    /// Reads the fields of the receiving host, which adds them above all that the message had: the topmost, and those
    /// below it that name the same host, because some hosts add a field for each method. What stands below the next
    /// Received field came with the message, whomever it names.
    /// </summary>
    /// <returns>Null if there is no such field.</returns>
    public static AuthenticationVerdicts? Read(HeaderList headers)
    {
        var fields = new List<ResultsField>();
        foreach (var header in headers)
        {
            if (header.Id == HeaderId.Received && fields.Count > 0)
            {
                break;
            }

            if (header.Id == HeaderId.AuthenticationResults && ResultsField.Parse(header.Value) is var field &&
                (fields.Count == 0 || fields[0].Host.Equals(field.Host, StringComparison.OrdinalIgnoreCase)))
            {
                fields.Add(field);
            }
        }

        return fields.Count == 0
            ? null
            : new AuthenticationVerdicts(
                string.Join('\n', fields.Select(field => field.Text)), Find("spf"), Find("dkim"), Find("dmarc"));

        // A message may have several signatures, and SPF may be checked for two names.
        string? Find(string method)
        {
            var found = fields.SelectMany(field => field.Results).Where(result => result.Method == method)
                .Select(result => result.Result).ToArray();
            return found.Contains(Pass) ? Pass : found.FirstOrDefault();
        }
    }
}
