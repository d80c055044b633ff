using System.Collections.Concurrent;
using AngleSharp.Html.Parser;
using TrendingMail.Templates;

namespace TrendingMail.Diagnostics.Content.Web;

/// <summary>
/// Whether every link in the digest answers. One request at a time goes to a server, with a pause before the next.
/// </summary>
internal sealed class DigestLinksCheck(NewestDigest digests, SiteOptions site, WebProbe probe, TimeProvider clock)
    : DigestCheck(digests, "digest-links", "whether every link in the newest digest answers")
{
    private const int MaximumServers = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Less than a check may take, so that what was found is reported.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    public override bool NeedsNetwork => true;

    protected override async Task<IReadOnlyList<Finding>> JudgeAsync(
        ComposedDigest digest, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentDictionary<Uri, WebAnswer>();
        var links = FindLinks(digest.Html);
        var start = clock.GetTimestamp();
        await Parallel.ForEachAsync(
            links.GroupBy(link => link.Authority),
            new ParallelOptions { MaxDegreeOfParallelism = MaximumServers, CancellationToken = cancellationToken },
            async (server, stop) =>
            {
                foreach (var link in server.TakeWhile(_ => clock.GetElapsedTime(start) < Limit))
                {
                    var answer = answers[link] = await probe.HeadAsync(link, stop);
                    if (answer.Status is null or System.Net.HttpStatusCode.TooManyRequests)
                    {
                        break;
                    }

                    await Task.Delay(IsOwn(link) ? TimeSpan.Zero : Pause, clock, stop);
                }
            });
        return Judge(links, answers);
    }

    internal static IReadOnlyList<Uri> FindLinks(string html) =>
    [
        .. new HtmlParser().ParseDocument(html).QuerySelectorAll("a[href]")
            .Select(link => Uri.TryCreate(link.GetAttribute("href"), UriKind.Absolute, out var target) ? target : null)
            .OfType<Uri>().Where(target => target.Scheme is "http" or "https")
            .Select(target => new Uri(target.GetLeftPart(UriPartial.Query))).Distinct(),
    ];

    internal IReadOnlyList<Finding> Judge(IReadOnlyList<Uri> links, IReadOnlyDictionary<Uri, WebAnswer> answers)
    {
        var dead = links.Where(link => answers.TryGetValue(link, out var answer) && !Answers(link, answer)).ToArray();
        string[] evidence = [.. dead.Select(link => $"{link}: {answers[link]}")];
        var own = dead.Any(IsOwn);
        var finding = dead.Length == 0
            ? Finding.Good($"{answers.Count} of {links.Count} links were asked, and all of them answer.")
            : own
                ? Finding.Bad($"{dead.Length} of {links.Count} links do not answer, some of them on our own site.",
                    $"Make sure that {site.BaseUrl} leads to this program.")
                : Finding.Warn($"{dead.Length} of {links.Count} links do not answer.",
                    "Open them in a browser. Where a paper has moved, 'papers fetch' learns its new address.");
        return answers.Count < links.Count && dead.Length == 0 && answers.Count == 0
            ? [Finding.Unknown("No link could be asked in time.")] : [finding with { Evidence = evidence }];
    }

    /// <summary>Our own site rejects the links of the made-up subscriber as belonging to nobody.</summary>
    private bool Answers(Uri link, WebAnswer answer) => answer.Status is { } status &&
        ((int)status < 400 || (IsOwn(link) && status == System.Net.HttpStatusCode.Gone) ||
            status is System.Net.HttpStatusCode.Forbidden or System.Net.HttpStatusCode.TooManyRequests);

    private bool IsOwn(Uri link) => site.PublicUrl is { } own && link.Authority == own.Authority;
}
