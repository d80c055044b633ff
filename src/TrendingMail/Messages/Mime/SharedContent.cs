using Scriban.Runtime;
using TrendingMail.Subscribers;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Messages.Mime;

/// <summary>
/// The content of messages to many subscribers, which differ in a few values of the subscriber only. It consists of a
/// layout and of fragments, such as the papers of a digest, that other contents may share. The models are requested
/// when something has to be rendered, which is rarely for each subscriber.
/// </summary>
public abstract class SharedContent
{
    /// <summary>The base name of the layout's templates under <c>mail/</c>, such as <c>digest</c>.</summary>
    public abstract string Template { get; }

    /// <summary>The base name of a fragment's templates under <c>mail/</c>, such as <c>paper</c>.</summary>
    public abstract string FragmentTemplate { get; }

    /// <summary>Equal for contents of a mailing that differ in nothing but the values of the subscriber.</summary>
    public abstract string Key { get; }

    /// <summary>The URL of the content on the web.</summary>
    public abstract string ArchiveUrl { get; }

    /// <summary>The issue time in the tokens of links, the same for a preview and for every attempt.</summary>
    public abstract DateTimeOffset LinksIssuedAt { get; }

    /// <summary>The number of values that differ between subscribers, at most 64.</summary>
    public abstract int ValueCount { get; }

    public abstract int FragmentCount { get; }

    /// <summary>Writes one of the recipient's values.</summary>
    /// <param name="number">From 0 to <see cref="ValueCount"/>, exclusive.</param>
    /// <param name="buffer">Space for a link, which the result may use.</param>
    public abstract ReadOnlySpan<char> WriteValue(int number, Recipient recipient, Span<char> buffer);

    /// <summary>
    /// Identifies what a fragment shows. Its rendering is cached for all contents as long as the source object lives.
    /// </summary>
    public abstract (object Source, long Id) GetFragmentKey(int index);

    /// <summary>The model of the layout.</summary>
    public abstract ScriptObject CreateModel(Language language, ModelValues values);

    /// <summary>The model of a fragment. It may depend on the position only for the first one.</summary>
    /// <param name="isBrief">Whether it has to be short, to limit the size of the message.</param>
    public abstract ScriptObject CreateFragmentModel(int index, bool isBrief, Language language, ModelValues values);

    public abstract string FormatPreheader(Language language);
}

/// <summary>To whom a <see cref="SharedContent"/> is sent.</summary>
/// <param name="UnsubscribeToken">The token that the header contains.</param>
public readonly record struct Recipient(Subscriber Subscriber, Language Language, string UnsubscribeToken);
