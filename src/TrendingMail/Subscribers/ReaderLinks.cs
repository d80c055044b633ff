namespace TrendingMail.Subscribers;

/// <summary>The addresses in a reader's mails that act for this reader.</summary>
/// <param name="baseUrl">The web pages' public address without a slash at its end.</param>
public sealed class ReaderLinks(LinkSigner signer, string baseUrl)
{
    public string Confirm(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("confirm", LinkPurpose.Confirm, subscriber, issuedAt);

    public string Preferences(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("preferences", LinkPurpose.Preferences, subscriber, issuedAt);

    public string Unsubscribe(Subscriber subscriber, DateTimeOffset issuedAt) =>
        Url("unsubscribe", LinkPurpose.Unsubscribe, subscriber, issuedAt);

    private string Url(string path, LinkPurpose purpose, Subscriber subscriber, DateTimeOffset issuedAt) =>
        $"{baseUrl}/{path}/{signer.Sign(new LinkToken(purpose, subscriber.Id, subscriber.LinkEpoch, issuedAt))}";
}
