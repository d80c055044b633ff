using Scriban.Runtime;
using TrendingMail.Rendering;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>What a digest's templates see as <c>links</c>: addresses that act for one reader.</summary>
public static class DigestLinks
{
    /// <summary>They are issued when the edition is, so that a preview and each attempt have the same.</summary>
    public static ScriptObject Of(Digest digest, Subscriber reader, ReaderLinks links) => Model.Of(
        ("preferences", links.Preferences(reader, digest.PublishedAt)),
        ("unsubscribe", links.Unsubscribe(reader, digest.PublishedAt)),
        ("view", links.View(reader, digest.Day, digest.Weekly, digest.PublishedAt)));

    /// <summary>What a paper's templates see as <c>links</c>: what the reader may say of it.</summary>
    /// <param name="feedback">What the addresses of a reader's feedback have in common.</param>
    public static ScriptObject OfPaper(long paperId, string feedback) => Model.Of(
        ("say", feedback + ReaderLinks.FeedbackEnd(paperId)),
        ("more", feedback + ReaderLinks.FeedbackEnd(paperId, FeedbackKind.More)),
        ("less", feedback + ReaderLinks.FeedbackEnd(paperId, FeedbackKind.Less)),
        ("mute", feedback + ReaderLinks.FeedbackEnd(paperId, FeedbackKind.Mute)));
}
