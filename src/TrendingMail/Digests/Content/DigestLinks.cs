using Scriban.Runtime;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Digests.Content;

/// <summary>The <c>links</c> object of the digest templates: URLs that act on behalf of one subscriber.</summary>
public static class DigestLinks
{
    /// <summary>
    /// The issue time is that of the edition, so that a preview and every attempt have the same links.
    /// </summary>
    public static ScriptObject Create(Digest digest, Subscriber subscriber, SubscriberLinks links) => TemplateModel.Create(
        ("preferences", links.Preferences(subscriber, digest.PublishedAt)),
        ("unsubscribe", links.Unsubscribe(subscriber, digest.PublishedAt)),
        ("view", links.View(subscriber, digest.Day, digest.Weekly, digest.PublishedAt)));

    /// <summary>The <c>links</c> object of the paper templates: the feedback links.</summary>
    /// <param name="feedbackPrefix">The common prefix of the subscriber's feedback URLs.</param>
    public static ScriptObject CreateForPaper(long paperId, string feedbackPrefix) => TemplateModel.Create(
        ("feedback", feedbackPrefix + SubscriberLinks.FeedbackSuffix(paperId)),
        ("more", feedbackPrefix + SubscriberLinks.FeedbackSuffix(paperId, FeedbackKind.More)),
        ("less", feedbackPrefix + SubscriberLinks.FeedbackSuffix(paperId, FeedbackKind.Less)),
        ("mute", feedbackPrefix + SubscriberLinks.FeedbackSuffix(paperId, FeedbackKind.Mute)));
}
