using AngleSharp.Html.Dom.Events;
using AngleSharp.Html.Parser;

namespace TrendingMail.Diagnostics.Content;

/// <summary>Whether the markup of the digest is what mail clients show and spam filters accept.</summary>
internal sealed class DigestHtmlCheck(NewestDigest digests) : DigestCheck(
    digests, "digest-html", "the markup of the newest digest: errors, scripts, language, image texts, width")
{
    private const int MaximumErrors = 5;

    protected override Task<IReadOnlyList<Finding>> JudgeAsync(
        ComposedDigest digest, CancellationToken cancellationToken) => Task.FromResult(Judge(digest.Html));

    internal static IReadOnlyList<Finding> Judge(string html)
    {
        if (html.Length == 0)
        {
            return [Finding.Unknown("The digest has no HTML part.")];
        }

        var errors = new List<string>();
        var parser = new HtmlParser(new HtmlParserOptions { IsKeepingSourceReferences = true });
        parser.Error += (_, e) =>
        {
            if (e is HtmlErrorEvent error && errors.Count < MaximumErrors)
            {
                errors.Add($"Line {error.Position.Line}, column {error.Position.Column}: {error.Message}");
            }
        };
        var document = parser.ParseDocument(html);
        IEnumerable<Finding> findings = errors.Count == 0 ? HtmlRules.Judge(document) : HtmlRules.Judge(document)
            .Prepend(Finding.Warn("The markup is not well formed; mail clients may show it differently.",
                "Correct the templates in templates/mail.").About("markup").Citing(errors));
        return [.. findings.DefaultIfEmpty(Finding.Good("The markup is well formed, and mail clients can show it."))];
    }
}
