using AngleSharp.Html.Parser;

namespace TrendingMail.Diagnostics.Content.Web;

/// <summary>Whether the images of the digest can be loaded quickly.</summary>
internal sealed class DigestImagesCheck(NewestDigest digests, WebProbe probe) : DigestCheck(
    digests, "digest-images", "whether the images in the newest digest load, and how large they are")
{
    private const int MaximumImage = 200_000;

    private const int MaximumTotal = 1_000_000;

    private const string Remedy = "Make the images smaller, for example as PNG with a palette or as JPEG.";

    public override bool NeedsNetwork => true;

    protected override async Task<IReadOnlyList<Finding>> JudgeAsync(
        ComposedDigest digest, CancellationToken cancellationToken)
    {
        var images = new HtmlParser().ParseDocument(digest.Html).Images
            .Select(image => Uri.TryCreate(image.GetAttribute("src"), UriKind.Absolute, out var source) ? source : null)
            .OfType<Uri>().Where(source => source.Scheme is "http" or "https").Distinct().ToArray();
        var found = new List<(Uri Source, WebAnswer Answer)>();
        foreach (var image in images)
        {
            found.Add((image, await probe.HeadAsync(image, cancellationToken)));
        }

        return Judge(found);
    }

    internal static IReadOnlyList<Finding> Judge(IReadOnlyList<(Uri Source, WebAnswer Answer)> images)
    {
        var total = images.Sum(image => image.Answer.Length ?? 0);
        return
        [
            .. images.Select(image => Judge(image.Source, image.Answer)).OfType<Finding>(),
            total > MaximumTotal
                ? Finding.Warn($"The images have {FileSize.Format(total)} together.", Remedy)
                : Finding.Good(images.Count == 0 ? "The digest loads no images."
                    : $"The digest loads {images.Count} images with {FileSize.Format(total)} together."),
        ];
    }

    private static Finding? Judge(Uri source, WebAnswer answer) => (answer switch
    {
        { Status: not System.Net.HttpStatusCode.OK } => Finding.Bad(
            $"The image does not load: {answer}.", "Correct its address in the theme or the template."),
        { MediaType: { } type } when !type.StartsWith("image/", StringComparison.Ordinal) => Finding.Bad(
            $"It is not an image but {type}.", "Correct its address in the theme or the template."),
        { Length: > MaximumImage and var length } => Finding.Warn($"It has {FileSize.Format(length)}.", Remedy),
        _ when source.Scheme == "http" => Finding.Warn(
            "It is loaded without TLS, which mail clients block or warn of.", "Serve it under https."),
        _ => null,
    }) is { } finding ? finding with { Subject = source.AbsoluteUri } : null;
}
