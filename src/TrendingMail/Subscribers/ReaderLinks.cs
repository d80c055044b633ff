namespace TrendingMail.Subscribers;

/// <summary>What a reader says of a paper in a mail. The number stands in links: never reuse one.</summary>
public enum FeedbackKind : byte
{
    More = 1,

    Less = 2,

    /// <summary>Nothing of this paper's topic any more.</summary>
    Mute = 3,
}

/// <summary>The addresses in a reader's mails that act for this reader.</summary>
/// <param name="baseUrl">The web pages' public address without a slash at its end.</param>
public sealed class ReaderLinks(LinkSigner signer, string baseUrl)
{
    public string Confirm(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("confirm", LinkPurpose.Confirm, subscriber, issuedAt);

    public string Preferences(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("preferences", LinkPurpose.Preferences, subscriber, issuedAt);

    public string Unsubscribe(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Unsubscribe(UnsubscribeToken(subscriber, issuedAt));

    /// <summary>The end of <see cref="Unsubscribe(Subscriber, DateTimeOffset)"/>, for a mail that unsubscribes.</summary>
    public string UnsubscribeToken(Subscriber subscriber, DateTimeOffset issuedAt) =>
        signer.Sign(new LinkToken(LinkPurpose.Unsubscribe, subscriber.Id, subscriber.LinkEpoch, issuedAt));

    public string Unsubscribe(string token) => $"{baseUrl}/unsubscribe/{token}";

    /// <summary>Beside a paper in a digest.</summary>
    /// <param name="paperId">The row of the paper, see <c>EditionPaper.PaperId</c>.</param>
    public string Feedback(Subscriber subscriber, long paperId, FeedbackKind kind, DateTimeOffset issuedAt) =>
        Feedback(subscriber, issuedAt) + FeedbackEnd(paperId, kind);

    /// <summary>What the addresses of a reader's feedback have in common; <see cref="FeedbackEnd(long, FeedbackKind)"/> follows.</summary>
    public string Feedback(Subscriber subscriber, DateTimeOffset issuedAt) =>
        $"{baseUrl}/feedback/" +
        signer.SignBody(new LinkToken(LinkPurpose.Feedback, subscriber.Id, subscriber.LinkEpoch, issuedAt));

    /// <summary>What the addresses of all readers' feedback on a paper have in common.</summary>
    public static string FeedbackEnd(long paperId, FeedbackKind kind) => LinkSigner.FeedbackEnd(paperId, (byte)kind);

    /// <summary>The same where the reader says on the page what they think of it.</summary>
    public static string FeedbackEnd(long paperId) => LinkSigner.FeedbackEnd(paperId, 0);

    /// <summary>Shows a digest as its mail does, in the browser.</summary>
    public string View(Subscriber subscriber, DateOnly day, bool weekly, DateTimeOffset issuedAt) =>
        Url("view", LinkPurpose.View, subscriber, issuedAt, day.DayNumber, ChoiceOf(weekly));

    /// <summary>"It was not me", in a mail that asks for a confirmation.</summary>
    public string Disown(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("not-me", LinkPurpose.Disown, subscriber, issuedAt);

    /// <summary>"It was not me", in a goodbye.</summary>
    public string Return(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("return", LinkPurpose.Return, subscriber, issuedAt);

    /// <summary>Confirms a new address, in the mail to it.</summary>
    public string Move(Subscriber subscriber, long changeId, DateTimeOffset issuedAt) =>
        Url("move", LinkPurpose.Move, subscriber, issuedAt, changeId);

    /// <summary>"It was not me", in the mail that tells the old address of the new one.</summary>
    public string MoveBack(Subscriber subscriber, long changeId, DateTimeOffset issuedAt) =>
        Url("move-back", LinkPurpose.MoveBack, subscriber, issuedAt, changeId);

    /// <summary>Room that the spans of <see cref="WritePreferences"/> and its like need.</summary>
    public int LongestLink => baseUrl.Length + 100;

    /// <summary>Writes what <see cref="Preferences"/> returns.</summary>
    public ReadOnlySpan<char> WritePreferences(Subscriber subscriber, DateTimeOffset issuedAt, Span<char> room) =>
        Write("preferences", LinkPurpose.Preferences, subscriber, issuedAt, room);

    /// <summary>Writes what <see cref="Unsubscribe(string)"/> returns.</summary>
    public ReadOnlySpan<char> WriteUnsubscribe(string token, Span<char> room) =>
        room.TryWrite($"{baseUrl}/unsubscribe/{token}", out var length) ? room[..length] : Unsubscribe(token);

    /// <summary>Writes what <see cref="Feedback(Subscriber, DateTimeOffset)"/> returns.</summary>
    public ReadOnlySpan<char> WriteFeedback(Subscriber subscriber, DateTimeOffset issuedAt, Span<char> room) =>
        Write("feedback", LinkPurpose.Feedback, subscriber, issuedAt, room);

    /// <summary>Writes what <see cref="View"/> returns.</summary>
    public ReadOnlySpan<char> WriteView(
        Subscriber subscriber, DateOnly day, bool weekly, DateTimeOffset issuedAt, Span<char> room) =>
        Write("view", LinkPurpose.View, subscriber, issuedAt, room, day.DayNumber, ChoiceOf(weekly));

    private static byte ChoiceOf(bool weekly) => weekly ? (byte)1 : (byte)0;

    private ReadOnlySpan<char> Write(
        string path, LinkPurpose purpose, Subscriber subscriber, DateTimeOffset issuedAt, Span<char> room, long subject = 0,
        byte choice = 0)
    {
        room.TryWrite($"{baseUrl}/{path}/", out var length);
        var token = new LinkToken(purpose, subscriber.Id, subscriber.LinkEpoch, issuedAt, subject, choice);
        return room[..(length + signer.SignBody(token, room[length..]))];
    }

    private string Url(
        string path, LinkPurpose purpose, Subscriber subscriber, DateTimeOffset issuedAt, long subject = 0, byte choice = 0)
    {
        var token = new LinkToken(purpose, subscriber.Id, subscriber.LinkEpoch, issuedAt, subject, choice);
        return $"{baseUrl}/{path}/{signer.Sign(token)}";
    }
}
