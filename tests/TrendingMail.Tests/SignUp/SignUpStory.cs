using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

/// <summary>One address's story: what is done with it, and what its reader has got.</summary>
public abstract class SignUpStory(DatabaseFixture fixture) : StorageTests(fixture)
{
    protected static EmailAddress Ada { get; } = Address("ada@example.org");

    protected Task RequestAsync() => SignUp.RequestAsync(Ada, new Preferences(), Web, Stop);

    protected async Task<ConfirmResult> ConfirmAsync(DateTimeOffset issuedAt, int epoch = 0) => await SignUp.ConfirmAsync(
        new LinkToken(LinkPurpose.Confirm, (await ReaderAsync()).Id, epoch, issuedAt), Web, Stop);

    protected async Task<ConfirmResult> ReturnAsync(DateTimeOffset issuedAt) => await SignUp.ReturnAsync(
        new LinkToken(LinkPurpose.Return, (await ReaderAsync()).Id, 0, issuedAt), Web, Stop);

    protected async Task<Subscriber> ReaderAsync() => (await Subscribers.FindAsync(Ada, Stop))!;

    protected async Task<IReadOnlyList<ConsentEvent>> HistoryAsync() =>
        await Subscribers.ConsentHistoryAsync((await ReaderAsync()).Id, Stop);

    protected Task<IReadOnlyList<string>> MailsAsync() => Database.ReadAsync(session => session.QueryAsync<string>(
        "SELECT m.kind FROM deliveries d JOIN mailings m ON m.id = d.mailing_id ORDER BY d.id"), Stop);
}
