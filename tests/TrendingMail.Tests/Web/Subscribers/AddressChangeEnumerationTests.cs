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

namespace TrendingMail.Tests.Web.Subscribers;

/// <summary>
/// A request to change an address reveals nothing about the new one, neither by the response nor by its timing: the
/// database does the same work for every address.
/// </summary>
public sealed class AddressChangeEnumerationTests : WebTests
{
    private RecordingDialect? dialect;

    [Fact]
    public async Task TheSameStatementsRunForEveryNewAddress()
    {
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "disowned@example.net"));
        await PostAsync(
            Link((await FindSubscriberAsync("disowned@example.net"))!, LinkPurpose.ReportNotMe), HttpStatusCode.OK);
        await PostAsync("/subscribe", HttpStatusCode.Accepted, ("email", "pending@example.net"));
        await AddSubscriberAsync("active@example.net");
        var gone = await AddSubscriberAsync("gone@example.net");
        await Get<SignUpFlow>().UnsubscribeAsync(gone.Id, ConsentOrigin.Command, Stop);
        await SuppressAsync("suppressed@example.net", SuppressionReason.HardBounce);
        await SuppressAsync("complained@example.net", SuppressionReason.Complaint);
        var subscriber = await AddSubscriberAsync("own@example.net");
        var link = Link(subscriber, LinkPurpose.ChangeAddress);
        await DeliverAsync();

        var work = new List<string>();
        foreach (var name in (string[])
            ["new", "pending", "disowned", "active", "gone", "suppressed", "complained", "own"])
        {
            dialect!.TakeStatements();
            var page = await PostAsync(link, HttpStatusCode.Accepted, ("email", $"{name}@example.net"));
            work.Add(string.Join('\n', [.. dialect.TakeStatements(), page]));
        }

        Assert.Single(work.Distinct());
        Assert.Contains("INSERT INTO sign_up_requests", work[0], StringComparison.Ordinal);
        Assert.DoesNotContain("suppressions WHERE address_key", work[0], StringComparison.Ordinal);
    }

    protected override void ConfigureServices(IServiceCollection services)
    {
        dialect = new RecordingDialect(new SqliteDialect($"Data Source={DatabaseFile}", "/"));
        services.AddSingleton<IDialect>(dialect);
    }

    private Task<bool> SuppressAsync(string text, SuppressionReason reason)
    {
        Assert.True(EmailAddress.TryParse(text, out var address, out _));
        return Get<SuppressionStore>().AddAsync(address, reason, null, Stop);
    }
}
