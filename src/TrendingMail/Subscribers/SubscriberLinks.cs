using TrendingMail.Links;

namespace TrendingMail.Subscribers;

/// <summary>A subscriber's feedback on a paper. The numbers are part of mailed links: never reuse one.</summary>
public enum FeedbackKind : byte
{
    More = 1,

    Less = 2,

    /// <summary>No more papers on this paper's topics.</summary>
    Mute = 3,
}

/// <summary>Builds the signed URLs in a subscriber's mails.</summary>
/// <param name="baseUrl">The site's public URL without a trailing slash.</param>
public sealed class SubscriberLinks(LinkSigner signer, string baseUrl)
{
    public string Confirm(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("confirm", LinkPurpose.Confirm, subscriber, issuedAt);

    public string Preferences(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("preferences", LinkPurpose.Preferences, subscriber, issuedAt);

    public string Unsubscribe(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Unsubscribe(UnsubscribeToken(subscriber, issuedAt));

    /// <summary>
    /// The token of <see cref="Unsubscribe(Subscriber, DateTimeOffset)"/>, for unsubscribing by mail (mailto).
    /// </summary>
    public string UnsubscribeToken(Subscriber subscriber, DateTimeOffset issuedAt) =>
        signer.Sign(new LinkToken(LinkPurpose.Unsubscribe, subscriber.Id, subscriber.LinkEpoch, issuedAt));

    public string Unsubscribe(string token) => $"{baseUrl}/unsubscribe/{token}";

    /// <summary>The feedback link for a paper in a digest.</summary>
    /// <param name="paperId">See <c>EditionPaper.PaperId</c>.</param>
    public string Feedback(Subscriber subscriber, long paperId, FeedbackKind kind, DateTimeOffset issuedAt) =>
        Feedback(subscriber, issuedAt) + FeedbackSuffix(paperId, kind);

    /// <summary>
    /// The prefix shared by a subscriber's feedback links; append <see cref="FeedbackSuffix(long, FeedbackKind)"/>.
    /// </summary>
    public string Feedback(Subscriber subscriber, DateTimeOffset issuedAt) =>
        $"{baseUrl}/feedback/" +
        signer.SignWithoutSuffix(new LinkToken(LinkPurpose.Feedback, subscriber.Id, subscriber.LinkEpoch, issuedAt));

    /// <summary>The suffix of feedback links for a paper, the same for all subscribers.</summary>
    public static string FeedbackSuffix(long paperId, FeedbackKind kind) =>
        LinkSigner.FeedbackSuffix(paperId, (byte)kind);

    /// <summary>The suffix of a feedback link whose page asks for the kind of feedback.</summary>
    public static string FeedbackSuffix(long paperId) => LinkSigner.FeedbackSuffix(paperId, 0);

    /// <summary>Shows a digest in the browser.</summary>
    public string View(Subscriber subscriber, DateOnly day, bool weekly, DateTimeOffset issuedAt) =>
        Url("view", LinkPurpose.View, subscriber, issuedAt, day.DayNumber, ToViewChoice(weekly));

    /// <summary>"It was not me", in a confirmation request.</summary>
    public string ReportNotMe(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("not-me", LinkPurpose.ReportNotMe, subscriber, issuedAt);

    /// <summary>"It was not me", in a goodbye mail: undoes the unsubscription.</summary>
    public string UndoUnsubscribe(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("return", LinkPurpose.UndoUnsubscribe, subscriber, issuedAt);

    /// <summary>Confirms an address change, in the mail to the new address.</summary>
    public string ConfirmAddressChange(Subscriber subscriber, long changeId, DateTimeOffset issuedAt) =>
        Url("move", LinkPurpose.ConfirmAddressChange, subscriber, issuedAt, changeId);

    /// <summary>"It was not me", in the notice to the old address: reverts the address change.</summary>
    public string RevertAddressChange(Subscriber subscriber, long changeId, DateTimeOffset issuedAt) =>
        Url("move-back", LinkPurpose.RevertAddressChange, subscriber, issuedAt, changeId);

    /// <summary>A link that is mailed on request and works for an hour.</summary>
    /// <param name="purpose">What it is for: exporting, moving or erasing the subscription.</param>
    public string Account(Subscriber subscriber, LinkPurpose purpose, DateTimeOffset issuedAt) => Url(
        purpose switch
        {
            LinkPurpose.ExportData => "export",
            LinkPurpose.ChangeAddress => "change-address",
            LinkPurpose.EraseData => "erase",
            _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, null),
        }, purpose, subscriber, issuedAt);

    /// <summary>The buffer length that <see cref="WritePreferences"/> and the other Write methods need.</summary>
    public int MaximumLinkLength => baseUrl.Length + 100;

    /// <summary>Writes the URL that <see cref="Preferences"/> returns.</summary>
    public ReadOnlySpan<char> WritePreferences(
        Subscriber subscriber, DateTimeOffset issuedAt, Span<char> destination) =>
        Write("preferences", LinkPurpose.Preferences, subscriber, issuedAt, destination);

    /// <summary>Writes the URL that <see cref="Unsubscribe(string)"/> returns.</summary>
    public ReadOnlySpan<char> WriteUnsubscribe(string token, Span<char> destination) =>
        destination.TryWrite($"{baseUrl}/unsubscribe/{token}", out var length)
            ? destination[..length] : Unsubscribe(token);

    /// <summary>Writes the prefix that <see cref="Feedback(Subscriber, DateTimeOffset)"/> returns.</summary>
    public ReadOnlySpan<char> WriteFeedback(Subscriber subscriber, DateTimeOffset issuedAt, Span<char> destination) =>
        Write("feedback", LinkPurpose.Feedback, subscriber, issuedAt, destination);

    /// <summary>Writes the URL that <see cref="View"/> returns.</summary>
    public ReadOnlySpan<char> WriteView(
        Subscriber subscriber, DateOnly day, bool weekly, DateTimeOffset issuedAt, Span<char> destination) =>
        Write("view", LinkPurpose.View, subscriber, issuedAt, destination, day.DayNumber, ToViewChoice(weekly));

    private static byte ToViewChoice(bool weekly) => weekly ? (byte)1 : (byte)0;

    private ReadOnlySpan<char> Write(
        string path, LinkPurpose purpose, Subscriber subscriber, DateTimeOffset issuedAt,
        Span<char> destination, long subject = 0,
        byte choice = 0)
    {
        destination.TryWrite($"{baseUrl}/{path}/", out var length);
        var token = new LinkToken(purpose, subscriber.Id, subscriber.LinkEpoch, issuedAt, subject, choice);
        return destination[..(length + signer.SignWithoutSuffix(token, destination[length..]))];
    }

    private string Url(
        string path, LinkPurpose purpose, Subscriber subscriber, DateTimeOffset issuedAt,
        long subject = 0, byte choice = 0)
    {
        var token = new LinkToken(purpose, subscriber.Id, subscriber.LinkEpoch, issuedAt, subject, choice);
        return $"{baseUrl}/{path}/{signer.Sign(token)}";
    }
}
