using TrendingMail.Inbound;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound;

public abstract class InboundRetentionTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task WhatIsOlderThanKeepDaysIsLetGo()
    {
        var reader = await AddReaderAsync("ada@shop.example");
        var book = new InboundBook(new InboundOptions(), Clock);
        await Database.WriteAsync(async session =>
        {
            await ComesAsync(session, "old");
            Clock.Advance(TimeSpan.FromDays(60));
            await ComesAsync(session, "new");
        }, Stop);
        Clock.Advance(TimeSpan.FromDays(31));

        var deleted = await new InboundRetention(Database, new InboundOptions(), Clock).TidyAsync(Stop);

        Assert.Equal(3, deleted);
        Assert.Equal((1, 1, 1), (await CountAsync("inbound_messages"), await CountAsync("inbound_events"), await CountAsync("inbound_answers")));

        async Task ComesAsync(Session session, string digest)
        {
            var mail = new Classification { Kind = InboundKind.Bounce, Facts = new MailFacts { Digest = digest } };
            var id = await book.TakeInAsync(session, mail, "test");
            await book.NoteAsync(session, id, new ConcernedReader(reader, null, true), Consequence.Noted, null, "");
            await book.MayAnswerAsync(session, Address($"{digest}@shop.example"));
        }
    }
}

public sealed class InboundRetentionOnSqlite() : InboundRetentionTests(new SqliteFixture());

public sealed class InboundRetentionOnPostgreSql() : InboundRetentionTests(new PostgreSqlFixture());
