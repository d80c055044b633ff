using System.Globalization;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.Abuse;

/// <summary>
/// Domains of disposable mailboxes, which an operator can reject at sign-up. The file has one domain per line; # starts
/// a comment. A domain includes its subdomains.
/// </summary>
public sealed class DisposableDomains
{
    private static readonly IdnMapping Idn = new();

    private readonly HashSet<string> domains;

    private DisposableDomains(HashSet<string> domains) => this.domains = domains;

    public static DisposableDomains None { get; } = new([]);

    public int Count => domains.Count;

    /// <param name="path">Empty for no list.</param>
    /// <exception cref="TrendingMailException">The file cannot be read, or a line is not a domain.</exception>
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
                    domains.Add(ToAscii(text) ?? throw new TrendingMailException(
                        $"{path}, line {number + 1}: '{text}' is not a domain. Write one domain per line, such as " +
                            "example.com."));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException(
                $"Cannot read {path}, named in Security:DisposableDomains: {FileProblem.Explain(path, e)}", e);
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

    private static string? ToAscii(string text)
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
