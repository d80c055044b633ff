using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace TrendingMail.Papers.Sources.Http;

/// <summary>
/// Recognizes bodies that are no data although the status says success: the page of a proxy or of a log-in, or a
/// sentence such as "Rate exceeded.", which arXiv sends with status 200.
/// </summary>
internal static partial class UnexpectedBody
{
    private const int Inspected = 4_096;

    private const int MaximumExcerpt = 120;

    /// <param name="subject">What was requested, for the message.</param>
    /// <exception cref="TrendingMailException">The body is neither JSON nor a feed.</exception>
    public static void Reject(SourceHttpResponse response, string subject)
    {
        if (response.Body is not null && Describe(response.Body) is { } unexpected)
        {
            throw new TrendingMailException($"{response.Address.Authority} sent {unexpected} instead of papers for " +
                $"{subject} (HTTP {(int)response.Status})");
        }
    }

    /// <summary>What the body is instead of JSON or a feed; null if it may be either.</summary>
    public static string? Describe(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, Inspected)]).TrimStart('\uFEFF').Trim();
        if (text.Length == 0)
        {
            return "an empty response";
        }

        if (HtmlPattern().IsMatch(text))
        {
            var title = TitlePattern().Match(text) is { Success: true } match
                ? $" with the title '{Excerpt(WebUtility.HtmlDecode(match.Groups["title"].Value))}'" : "";
            return $"an HTML page{title}";
        }

        return text[0] is '<' or '[' or '{' ? null
            : text.Any(IsBinary) ? "binary data"
            : $"the text '{Excerpt(text)}'";
    }

    private static bool IsBinary(char character) =>
        character == '\uFFFD' || (char.IsControl(character) && !char.IsWhiteSpace(character));

    private static string Excerpt(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaximumExcerpt ? line : $"{line[..MaximumExcerpt]}…";
    }

    /// <summary>HTML, after an XML declaration and comments.</summary>
    [GeneratedRegex(@"\A(?>(<\?xml[^>]*>\s*|<!--(?>.*?-->)\s*)*)<(!doctype\s+html|html|head|body)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex HtmlPattern();

    [GeneratedRegex("<title[^>]*>(?<title>[^<]+)</title", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TitlePattern();
}
