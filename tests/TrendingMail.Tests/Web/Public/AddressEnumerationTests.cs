using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Storage.Sqlite;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Public;

/// <summary>
/// A sign-up reveals nothing about the address, neither by the response nor by its timing: the database does the same
/// work for every address.
/// </summary>
public sealed class AddressEnumerationTests : WebTests
{
    private RecordingDialect? dialect;

    [Fact]
    public async Task TheSameStatementsRunForEveryAddress()
    {
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "pending@example.net"));
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "disowned@example.net"));
        await DeliverAsync();
        await PostAsync(
            Link((await FindSubscriberAsync("disowned@example.net"))!, LinkPurpose.ReportNotMe), HttpStatusCode.OK);
        await AddSubscriberAsync("active@example.net");
        var paused = await AddSubscriberAsync("paused@example.net");
        await Get<SubscriberStore>().SavePreferencesAsync(paused.Id, new Preferences(), Today.AddDays(5), Stop);
        var gone = await AddSubscriberAsync("gone@example.net");
        await Get<SignUpFlow>().UnsubscribeAsync(gone.Id, ConsentOrigin.Command, Stop);
        await Get<SuppressionStore>()
            .AddAsync(ParseAddress("suppressed@example.net"), SuppressionReason.HardBounce, null, Stop);
        await Get<SuppressionStore>()
            .AddAsync(ParseAddress("complained@example.net"), SuppressionReason.Complaint, null, Stop);

        var work = new List<string>();
        foreach (var name in (string[])["new", "pending", "disowned", "active", "paused", "gone",
            "suppressed", "complained"])
        {
            dialect!.TakeStatements();
            await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", $"{name}@example.net"));
            work.Add(string.Join('\n', dialect.TakeStatements()));
        }

        Assert.Single(work.Distinct());
        Assert.Contains("INSERT INTO sign_up_requests", work[0], StringComparison.Ordinal);
        Assert.DoesNotContain("subscribers", work[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheRecordingContainsTheExecutedStatements()
    {
        dialect!.TakeStatements();

        await FindSubscriberAsync("ada@example.net");

        Assert.Contains(dialect.TakeStatements(), sql => sql.Contains("FROM subscribers", StringComparison.Ordinal));
    }

    protected override void ConfigureServices(IServiceCollection services)
    {
        dialect = new RecordingDialect(new SqliteDialect($"Data Source={DatabaseFile}", "/"));
        services.AddSingleton<IDialect>(dialect);
    }

    private static EmailAddress ParseAddress(string text) =>
        EmailAddress.TryParse(text, out var address, out var fault) ? address : throw new ArgumentException(fault);
}
