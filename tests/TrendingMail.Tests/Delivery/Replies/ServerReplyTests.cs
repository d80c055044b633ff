using TrendingMail.Delivery.Replies;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Delivery.Replies;

/// <summary>Replies of many servers, each with a reason and a verdict on the address.</summary>
public sealed class ServerReplyTests
{
    public static TheoryData<string, string, string, string> Replies =>
    [
        .. File.ReadLines(Path.Combine(Repository.Tests, "Delivery", "Replies", "replies.tsv"))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split('\t'))
            .Select(row => new TheoryDataRow<string, string, string, string>(row[0], row[1], row[2], row[3])),
    ];

    [Theory]
    [MemberData(nameof(Replies))]
    public void AReplyIsJudged(string server, string reply, string reason, string hardness)
    {
        var diagnosis = DiagnosticInterpreter.Interpret(null, $"smtp; {reply}", []);

        Assert.Equal(
            (server, reason, hardness == "hard"), (server, diagnosis.Reason.ToColumn(), diagnosis.IsHard));
    }
}
