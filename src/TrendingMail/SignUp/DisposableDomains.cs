using System.Globalization;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>
/// Domains of throw-away mailboxes, which an operator may refuse at the sign-up: a file with one domain a line, and
/// comments behind #. A domain stands for those below it too.
/// </summary>
public sealed class DisposableDomains
{
    private static readonly IdnMapping Idn = new();

    private readonly HashSet<string> domains;

    private DisposableDomains(HashSet<string> domains) => this.domains = domains;

    public static DisposableDomains None { get; } = new([]);

    public int Count => domains.Count;

    /// <param name="path">Empty for none.</param>
    /// <exception cref="TrendingMailException">The file cannot be read, or a line of it is no domain.</exception>
    public static DisposableDomains Load(string path)
    {
        if (path.Length == 0)
        {
            return None;
        }

        var domains = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var (number, line) in File.ReadLines(path).Index())
            {
                var text = line.Split('#', 2)[0].Trim();
                if (text.Length > 0)
                {
                    domains.Add(AsciiOf(text) ?? throw new TrendingMailException(
                        $"{path}, line {number + 1}: '{text}' is no domain; give one a line, such as example.com."));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"The list of Security:DisposableDomains cannot be read: {e.Message}", e);
        }

        return new DisposableDomains(domains);
    }

    public bool Contains(EmailAddress address)
    {
        var domain = address.Key[(address.Key.LastIndexOf('@') + 1)..];
        while (!domains.Contains(domain))
        {
            var dot = domain.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
            {
                return false;
            }

            domain = domain[(dot + 1)..];
        }

        return true;
    }

    private static string? AsciiOf(string text)
    {
        try
        {
            var ascii = Idn.GetAscii(text.TrimStart('@', '.')).ToLowerInvariant();
            return ascii.Contains('.', StringComparison.Ordinal) && !ascii.Any(char.IsWhiteSpace) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
