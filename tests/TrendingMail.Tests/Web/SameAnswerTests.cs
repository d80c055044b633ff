using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web;

/// <summary>
/// Whoever asks for an address learns nothing about it: not from the answer, and not from its time, for the database does
/// the same work for each.
/// </summary>
public sealed class SameAnswerTests : WebTests
{
    private RecordingDialect? dialect;

    [Fact]
    public async Task TheSameStatementsRunWhateverIsKnownAboutTheAddress()
    {
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "pending@example.net"));
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "disowned@example.net"));
        await MailsAsync();
        await PostAsync(Link((await ReaderAsync("disowned@example.net"))!, LinkPurpose.Disown), HttpStatusCode.OK);
        await AddReaderAsync("active@example.net");
        var paused = await AddReaderAsync("paused@example.net");
        await Get<SubscriberStore>().SavePreferencesAsync(paused.Id, new Preferences(), Today.AddDays(5), Stop);
        var gone = await AddReaderAsync("gone@example.net");
        await Get<SignUpFlow>().UnsubscribeAsync(gone.Id, Origin.Command, Stop);
        await Get<SuppressionStore>().AddAsync(Parsed("suppressed@example.net"), SuppressionReason.HardBounce, null, Stop);
        await Get<SuppressionStore>().AddAsync(Parsed("complained@example.net"), SuppressionReason.Complaint, null, Stop);

        var work = new List<string>();
        foreach (var name in (string[])["new", "pending", "disowned", "active", "paused", "gone", "suppressed", "complained"])
        {
            dialect!.Take();
            await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", $"{name}@example.net"));
            work.Add(string.Join('\n', dialect.Take()));
        }

        Assert.Single(work.Distinct());
        Assert.Contains("INSERT INTO sign_up_requests", work[0], StringComparison.Ordinal);
        Assert.DoesNotContain("subscribers", work[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheRecordingSeesWhatRuns()
    {
        dialect!.Take();

        await ReaderAsync("ada@example.net");

        Assert.Contains(dialect.Take(), sql => sql.Contains("FROM subscribers", StringComparison.Ordinal));
    }

    protected override void Replace(IServiceCollection services)
    {
        dialect = new RecordingDialect(new SqliteDialect($"Data Source={DatabaseFile}", "/"));
        services.AddSingleton<IDialect>(dialect);
    }

    private static EmailAddress Parsed(string text) =>
        EmailAddress.TryParse(text, out var address, out var fault) ? address : throw new ArgumentException(fault);
}
