using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

/// <summary>Helpers for tests that follow one address: actions on it, and the mail that it was sent.</summary>
public abstract class SignUpScenario(DatabaseFixture fixture) : StorageTests(fixture)
{
    protected static EmailAddress Ada { get; } = Address("ada@example.org");

    protected Task RequestAsync() => SignUp.RequestAsync(Ada, new Preferences(), Web, Stop);

    protected async Task<ConfirmResult> ConfirmAsync(DateTimeOffset issuedAt, int epoch = 0) =>
        await SignUp.ConfirmAsync(
        new LinkToken(LinkPurpose.Confirm, (await FindSubscriberAsync()).Id, epoch, issuedAt), Web, Stop);

    protected async Task<ConfirmResult> UndoUnsubscribeAsync(DateTimeOffset issuedAt) =>
        await SignUp.UndoUnsubscribeAsync(
        new LinkToken(LinkPurpose.UndoUnsubscribe, (await FindSubscriberAsync()).Id, 0, issuedAt), Web, Stop);

    protected async Task<Subscriber> FindSubscriberAsync() => (await Subscribers.FindAsync(Ada, Stop))!;

    protected async Task<IReadOnlyList<ConsentEvent>> HistoryAsync() =>
        await Subscribers.ListConsentEventsAsync((await FindSubscriberAsync()).Id, Stop);

    protected Task<IReadOnlyList<string>> MailsAsync() => Database.ReadAsync(session => session.QueryAsync<string>(
        "SELECT m.kind FROM deliveries d JOIN mailings m ON m.id = d.mailing_id ORDER BY d.id"), Stop);
}
