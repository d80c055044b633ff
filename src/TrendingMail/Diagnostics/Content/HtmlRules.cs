using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace TrendingMail.Diagnostics.Content;

/// <summary>Rules for the HTML of mail.</summary>
internal static class HtmlRules
{
    /// <summary>In pixels: wider layouts are cut off, or shrunk until they cannot be read.</summary>
    private const int MaximumWidth = 700;

    private const string Templates = "Correct the templates in templates/mail.";

    /// <summary>What mail clients remove, and spam filters count against the sender.</summary>
    private const string Removed =
        "script, form, iframe, object, embed, video, audio, link[rel~=stylesheet], base, meta[http-equiv=refresh]";

    public static IEnumerable<Finding> Judge(IHtmlDocument document) =>
        new[]
        {
            JudgeRemoved(document), JudgeLanguage(document), JudgeImages(document), JudgeLinks(document),
            JudgeWidth(document),
        }.OfType<Finding>();

    private static Finding? JudgeRemoved(IHtmlDocument document)
    {
        var elements = document.QuerySelectorAll(Removed).Select(element => $"<{element.LocalName}>")
            .Concat(document.All.SelectMany(element => element.Attributes)
                .Where(attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
                .Select(attribute => attribute.Name))
            .Distinct().ToArray();
        return elements.Length == 0 ? null : Finding.Bad(
            $"Mail clients remove {string.Join(", ", elements)}, and spam filters count it against the sender.",
            Templates).About("elements");
    }

    private static Finding? JudgeLanguage(IHtmlDocument document) =>
        string.IsNullOrWhiteSpace(document.DocumentElement.GetAttribute("lang"))
            ? Finding.Warn("The language of the text is not named.", "Set the attribute lang of the element html.")
                .About("lang")
            : null;

    private static Finding? JudgeImages(IHtmlDocument document)
    {
        var images = document.Images.Where(image => image.GetAttribute("alt") is null ||
            image.GetAttribute("width") is null || image.GetAttribute("height") is null).ToArray();
        return images.Length == 0 ? null : Finding.Warn(
            "Images without alt, width and height leave holes while images are blocked, as they are by default.",
            Templates) with
        {
            Subject = "img",
            Evidence = [.. images.Take(5).Select(image => image.GetAttribute("src") ?? "")],
        };
    }

    private static Finding? JudgeLinks(IHtmlDocument document)
    {
        var links = document.QuerySelectorAll("a").Where(link => !IsUsable(link)).ToArray();
        return links.Length == 0 ? null : Finding.Warn(
            "Links without a text, or to other than http, https and mailto, are of no use to a reader.", Templates) with
        {
            Subject = "a",
            Evidence = [.. links.Take(5).Select(link => link.OuterHtml)],
        };
    }

    private static bool IsUsable(IElement link) =>
        Uri.TryCreate(link.GetAttribute("href"), UriKind.Absolute, out var target) &&
        target.Scheme is "http" or "https" or "mailto" &&
        (!string.IsNullOrWhiteSpace(link.TextContent) || link.QuerySelector("img[alt]") is not null);

    private static Finding? JudgeWidth(IHtmlDocument document)
    {
        var widest = document.All.Select(element => element.GetAttribute("width"))
            .Select(width => int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels)
                ? pixels : 0).DefaultIfEmpty().Max();
        return widest <= MaximumWidth ? null : Finding.Warn(
            $"The layout is {widest} pixels wide; phones and preview panes show {MaximumWidth} at most.", Templates)
                .About("width");
    }
}
