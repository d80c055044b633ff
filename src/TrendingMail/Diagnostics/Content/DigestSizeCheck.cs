using System.Globalization;
using System.Text;
using AngleSharp.Html.Parser;

namespace TrendingMail.Diagnostics.Content;

/// <summary>Whether the digest is small enough, and its text part says what the HTML part says.</summary>
internal sealed class DigestSizeCheck(NewestDigest digests) : DigestCheck(
    digests, "digest-size", "the size of the newest digest, and whether its text matches its HTML")
{
    /// <summary>Gmail cuts the HTML off after 102 KB, and with it the link to unsubscribe.</summary>
    private const int MaximumHtml = 102 << 10;

    private const int MaximumMessage = 500_000;

    /// <summary>The number of words of one part in relation to the other's, without links.</summary>
    private const double MinimumRatio = 0.5;

    protected override Task<IReadOnlyList<Finding>> JudgeAsync(
        ComposedDigest digest, CancellationToken cancellationToken) =>
        Task.FromResult(Judge(digest.Bytes.Length, digest.Html, digest.Text));

    internal static IReadOnlyList<Finding> Judge(int size, string html, string text) =>
        [JudgeSize(size, Encoding.UTF8.GetByteCount(html)), JudgeBalance(html, text)];

    private static Finding JudgeSize(int message, int html) =>
        html > MaximumHtml
            ? Finding.Warn($"The HTML part has {FileSize.Format(html)}: Gmail shows the first 102 KB, without the " +
                "link to unsubscribe.", "Lower Digest:Papers, or shorten templates/mail/paper.html.")
        : message > MaximumMessage
            ? Finding.Warn($"The message has {FileSize.Format(message)}, which spam filters and slow lines mind.",
                "Lower Digest:Papers, or shorten the templates in templates/mail.")
        : Finding.Good($"The message has {FileSize.Format(message)}, of which its HTML is {FileSize.Format(html)}.");

    private static Finding JudgeBalance(string html, string text)
    {
        const string Remedy = "Let templates/mail/digest.txt and digest.html show the same.";
        if (text.Length == 0 || html.Length == 0)
        {
            return Finding.Bad($"The message has no {(text.Length == 0 ? "text" : "HTML")} part.", Remedy);
        }

        var body = new HtmlParser().ParseDocument(html).Body;
        foreach (var hidden in body?.QuerySelectorAll("style, script, head, title").ToArray() ?? [])
        {
            hidden.Remove();
        }

        var (inHtml, inText) = (CountWords(body?.TextContent ?? ""), CountWords(text));
        var facts = string.Create(CultureInfo.InvariantCulture, $"The text has {inText} words and the HTML {inHtml}.");
        return Math.Min(inHtml, inText) < MinimumRatio * Math.Max(inHtml, inText)
            ? Finding.Warn($"{facts} Spam filters compare the two.", Remedy) : Finding.Good(facts);
    }

    private static int CountWords(string text) => text
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Count(word => word.Any(char.IsLetter) && !word.Contains("://", StringComparison.Ordinal));
}
