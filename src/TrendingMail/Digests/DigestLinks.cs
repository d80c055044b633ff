using Scriban.Runtime;
using TrendingMail.Rendering;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>What a digest's templates see as <c>links</c>: addresses that act for one reader.</summary>
public static class DigestLinks
{
    /// <summary>They are issued when the edition is, so that a preview and each attempt have the same.</summary>
    public static ScriptObject Of(Digest digest, Subscriber reader, ReaderLinks links)
    {
        var issuedAt = digest.PublishedAt;
        var feedback = links.Feedback(reader, issuedAt);
        return Build(
            links.Preferences(reader, issuedAt),
            links.Unsubscribe(reader, issuedAt),
            links.View(reader, digest.Day, digest.Weekly, issuedAt),
            digest.Papers.Select(chosen => new PaperLinks(
                feedback + ReaderLinks.FeedbackEnd(chosen.PaperId, FeedbackKind.More),
                feedback + ReaderLinks.FeedbackEnd(chosen.PaperId, FeedbackKind.Less),
                feedback + ReaderLinks.FeedbackEnd(chosen.PaperId, FeedbackKind.Mute))));
    }

    /// <param name="papers">In the digest's order: templates find a paper's by its place.</param>
    internal static ScriptObject Build(
        string preferences, string unsubscribe, string view, IEnumerable<PaperLinks> papers) =>
        Model.Of(
            ("preferences", preferences),
            ("unsubscribe", unsubscribe),
            ("view", view),
            ("papers", Model.List(papers.Select(paper => Model.Of(
                ("more", paper.More), ("less", paper.Less), ("mute", paper.Mute))))));
}

/// <summary>What a reader may say of one paper.</summary>
internal sealed record PaperLinks(string More, string Less, string Mute);
