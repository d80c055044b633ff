using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>
/// Takes back, at an operator's word, the last thing that a mail, an event or a refusal did to a reader.
/// </summary>
public sealed class InboundUndo(
    Database database, InboundBook book, SubscriberStore subscribers, SuppressionStore suppressions)
{
    /// <returns>What was taken back; null where there is nothing, or something else has become of it since.</returns>
    public Task<Consequence?> UndoAsync(Subscriber reader, CancellationToken cancellationToken) =>
        database.WriteAsync<Consequence?>(async session =>
        {
            var events = await InboundBook.EventsAsync(session, reader.Id);
            var last = events.Reverse().TakeWhile(e => e.Action != Consequence.Undone).FirstOrDefault(
                e => e.Action is Consequence.Suppressed or Consequence.Scored or Consequence.Unsubscribed);
            if (last is null || !await TakeBackAsync(session, reader, last))
            {
                return null;
            }

            var about = new ConcernedReader(reader, last.DeliveryId, true);
            await book.NoteAsync(session, null, about, Consequence.Undone, null,
                $"an operator took back: {last.Action.ToColumn()}");
            return last.Action;
        }, cancellationToken);

    private async Task<bool> TakeBackAsync(Session session, Subscriber reader, InboundEvent last) => last.Action switch
    {
        Consequence.Scored => await InboundBook.ForgetScoreAsync(session, reader.Id) > 0,
        Consequence.Suppressed => EmailAddress.TryParse(reader.Address, out var address, out _) &&
            await suppressions.RemoveAsync(session, address),
        _ => await BringBackAsync(session, reader),
    };

    /// <summary>
    /// Not whom something else than a mail or an event has unsubscribed since: the last word is the reader's.
    /// </summary>
    private async Task<bool> BringBackAsync(Session session, Subscriber reader)
    {
        var history = await SubscriberStore.ConsentHistoryAsync(session, reader.Id);
        if (history is not [.., { Kind: ConsentKind.Unsubscribed } left] ||
            left.Origin is "web" or "one-click" or "command")
        {
            return false;
        }

        await subscribers.ActivateAsync(session, reader.Id);
        await subscribers.RecordConsentAsync(session, reader.Id, ConsentKind.Returned, Origin.Command);
        return true;
    }
}
