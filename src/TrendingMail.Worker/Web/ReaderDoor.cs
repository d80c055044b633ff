using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>Lets those in who hold a reader's link, and tells the others why not.</summary>
internal sealed class ReaderDoor(LinkSigner signer, SubscriberStore store, Pages pages)
{
    /// <summary>Goes on with the link's reader, if the link holds and the reader is there and has not revoked it.</summary>
    public async Task<IResult> OpenAsync(
        string token, LinkPurpose purpose, Func<Subscriber, LinkToken, Task<IResult>> enter, CancellationToken stop)
    {
        if (!signer.TryRead(token, purpose, out var link, out var fault))
        {
            return BadLink(fault);
        }

        return await store.FindAsync(link.SubscriberId, stop) is { } reader && reader.LinkEpoch == link.Epoch
            ? await enter(reader, link)
            : NoReader();
    }

    /// <inheritdoc cref="OpenAsync(string, LinkPurpose, Func{Subscriber, LinkToken, Task{IResult}}, CancellationToken)"/>
    public Task<IResult> OpenAsync(
        string token, LinkPurpose purpose, Func<Subscriber, LinkToken, IResult> enter, CancellationToken stop) =>
        OpenAsync(token, purpose, (reader, link) => Task.FromResult(enter(reader, link)), stop);

    public IResult BadLink(string fault) =>
        pages.Message("This link does not work", fault, StatusCodes.Status400BadRequest, ("/", "Subscribe"));

    public IResult NoReader() => pages.Message(
        "This link does not work any more", "Nobody is subscribed through it. You can subscribe on our front page.",
        StatusCodes.Status410Gone, ("/", "Subscribe"));
}
