using System.Net;
using System.Text.RegularExpressions;
using TrendingMail.Templates;

namespace TrendingMail.Diagnostics.Content.Web;

/// <summary>
/// Whether one-click unsubscribing (RFC 8058) works from outside, as a mailbox provider does it. The token is that of a
/// made-up subscriber, so nothing changes: the site verifies the signature and answers that the subscriber is gone
/// (410), and rejects a token that was tampered with (400). Nobody else's site tells the two apart.
/// </summary>
internal sealed partial class OneClickCheck(NewestDigest digests, SiteOptions site, WebProbe probe) : DigestCheck(
    digests, "digest-one-click", "whether one-click unsubscribing works at our public URL, as a provider does it")
{
    public override bool NeedsNetwork => true;

    protected override async Task<IReadOnlyList<Finding>> JudgeAsync(
        ComposedDigest digest, CancellationToken cancellationToken)
    {
        if (HttpLink().Match(digest.Message.Headers["List-Unsubscribe"] ?? "") is not { Success: true } match)
        {
            return [Finding.Bad("List-Unsubscribe has no web link.", "Set Site:PublicUrl.")];
        }

        var link = match.Groups["link"].Value;
        var genuine = await PostAsync(link, cancellationToken);
        var tampered = await PostAsync(Tamper(link), cancellationToken);
        return [Judge(genuine, tampered) with
        {
            Evidence = [$"POST {link}", $"Answer: {genuine}", $"Answer to a token tampered with: {tampered}"],
        }];
    }

    internal Finding Judge(WebAnswer genuine, WebAnswer tampered) => (genuine.Status, tampered.Status) switch
    {
        (null, _) => Finding.Bad($"{site.BaseUrl} does not answer: {genuine.Fault}.",
            $"Make sure that {site.BaseUrl} leads to this program, with a valid certificate."),
        (HttpStatusCode.Gone, HttpStatusCode.BadRequest) => site.IsHttps
            ? Finding.Good("One-click unsubscribing works.")
            : Finding.Bad("One-click unsubscribing works, and not under https, which RFC 8058 requires.",
                "Serve the site under https, and set Site:PublicUrl to that address."),
        (HttpStatusCode.BadRequest, HttpStatusCode.BadRequest) => Finding.Bad(
            "The site rejects the token: it does not have the keys that sign our links.",
            "Let the web process use the same key ring and database as the process that sends."),
        ({ } status, _) when (int)status is >= 300 and < 400 => Finding.Bad(
            $"The site redirects the request ({(int)status}), which RFC 8058 forbids.",
            "Set Site:PublicUrl to the address to which the site redirects."),
        (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) => Finding.Bad(
            $"Something before the site rejects the request ({(int)genuine.Status.Value}).",
            "Let requests to /unsubscribe/ pass without a login, a challenge or a cookie."),
        _ => Finding.Bad($"The site's answer ({genuine}) is not that of this program.",
            $"Let {site.BaseUrl}/unsubscribe/ lead to this program, for POST requests, too."),
    };

    /// <summary>Changes the last character of the signature.</summary>
    internal static string Tamper(string link) => link[..^2] + (link[^2] == 'A' ? 'B' : 'A') + link[^1];

    private async Task<WebAnswer> PostAsync(string link, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        return await probe.PostAsync(new Uri(link), form, cancellationToken);
    }

    [GeneratedRegex("<(?<link>https?://[^>]+)>", RegexOptions.ExplicitCapture)]
    private static partial Regex HttpLink();
}
