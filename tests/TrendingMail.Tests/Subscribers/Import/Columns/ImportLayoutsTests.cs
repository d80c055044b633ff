using System.Text;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import.Files;
using TrendingMail.Subscribers.Import.Lines;

namespace TrendingMail.Tests.Subscribers.Import.Columns;

public sealed class ImportLayoutsTests
{
    private static readonly Preferences Defaults = new() { TimeZone = "Europe/Berlin" };

    [Theory]
    [InlineData("listmonk", """
        uuid,email,name,attributes,status,created_at,updated_at
        1,a@example.org,Ada,{},enabled,2024-02-29 23:59:59.1 +0100 CET,2024-05-02 10:20:30 +0000 UTC
        2,b@example.org,Bo,"{""a"": 1}",blocklisted,2024-02-29 23:59:59.123456789 +0530 IST,2024-05-02 10:20:30 +0000 UTC
        3,c@example.org,Cy,{},disabled,2024-05-01 10:20:30 -0300 -03,
        4,d@example.org,Di,{},BLOCKLISTED,2024-05-01 10:20:30 +0000 UTC,
        """, "active -, unsubscribed operator, unsubscribed -, unsubscribed operator")]
    [InlineData("mailchimp", """
        "Email Address","First Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,TIMEZONE,LEID
        a@example.org,Ada,2,"2023-01-02 03:04:05",,"2023-01-02 03:10:00",203.0.113.77,"America/New York",1
        """, "- -")]
    [InlineData("mailchimp", """
        "Email Address",OPTIN_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON
        a@example.org,,"2024-01-01 00:00:00",November,x
        """, "unsubscribed -")]
    [InlineData("mailchimp", """
        "Email Address",OPTIN_TIME,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE
        a@example.org,,"2024-01-01 00:00:00",November
        """, "unsubscribed hard_bounce")]
    [InlineData("ghost", """
        id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers
        1,a@example.org,Ada,,true,false,,2024-01-15T10:00:00.000Z,,,
        2,b@example.org,Bo,,false,true,cus_1,2024-01-15T10:00:00.000Z,,vip,Gold
        3,c@example.org,Cy,,true,false,,2024-01-15T10:00:00.000Z,2024-02-15T10:00:00.000Z,,
        """, "active -, unsubscribed -, unsubscribed -")]
    [InlineData("keila", """
        Email,First name,Last name,Data,Status
        a@example.org,Ada,Quill,,active
        b@example.org,Bo,Reed,"{""a"":1}",unsubscribed
        c@example.org,Cy,Reed,,unreachable
        """, "active -, unsubscribed -, unsubscribed hard_bounce")]
    [InlineData("phplist", """
        id,Email,Is this subscriber confirmed,Is this subscriber blacklisted,Did this subscriber manually confirm,Number of bounces,Entered,Last Modified,Is this account disabled?,List Membership
        1,a@example.org,1,0,1,0,2020-01-02 03:04:05,2020-01-02 03:04:05,0,news
        2,b@example.org,0,0,0,0,2020-01-02 03:04:05,2020-01-02 03:04:05,0,news
        3,c@example.org,1,1,1,3,2020-01-02 03:04:05,2020-01-02 03:04:05,0,No Lists
        4,d@example.org,1,0,1,0,2020-01-02 03:04:05,2020-01-02 03:04:05,1,news
        """, "- -, pending -, unsubscribed -, unsubscribed -")]
    [InlineData("phplist", """
        email,confirmed,blacklisted,htmlEmail,disabled,extraData
        a@example.org,1,0,1,0,
        b@example.org,1,1,1,0,
        """, "- -, unsubscribed -")]
    [InlineData("substack", """
        email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at
        a@example.org,false,,other,false,2025-01-01T00:00:00.000Z,
        b@example.org,true,2026-12-01T00:00:00.000Z,yearly,true,2025-01-01T00:00:00.000Z,2025-06-01T00:00:00.000Z
        """, "- -, unsubscribed -")]
    [InlineData("mailtrain", """
        cid,status,HASH_EMAIL,EMAIL,FIRST_NAME
        1,subscribed,h,a@example.org,Ada
        2,unsubscribed,h,b@example.org,Bo
        3,bounced,h,c@example.org,Cy
        4,complained,h,d@example.org,Di
        """, "active -, unsubscribed -, unsubscribed hard_bounce, unsubscribed complaint")]
    [InlineData("sendy", """
        "Name","Email","Joined","Last activity","Added via","Opt-in method","IP address","Country","Country code","Signed up from","Status","GDPR"
        "Ada","a@example.org","2024/01/12, 10:20AM","","API","Double opt-in","203.0.113.7","Germany","DE","","Active","No"
        "Bo","b@example.org","2024/01/12, 10:20AM","","API","Single opt-in","No data","","","","Marked as spam","No"
        "Cy","c@example.org","2024/01/12, 10:20AM","","API","Single opt-in","No data","","","","Bounced","Yes"
        "Di","d@example.org","2024/01/12, 10:20AM","","API","Single opt-in","No data","","","","Unconfirmed","No"
        "Ed","e@example.org","2024/01/12, 10:20AM","","API","Single opt-in","No data","","","","Unsubscribed","No"
        """, "active -, unsubscribed complaint, unsubscribed hard_bounce, pending -, unsubscribed -")]
    [InlineData("brevo", """
        EMAIL;LASTNAME;FIRSTNAME;SMS;EMAIL_BLACKLISTED;SMS_BLACKLISTED;DOUBLE_OPT-IN;ADDED_TIME;MODIFIED_TIME
        a@example.org;Quill;Ada;;No;Yes;Yes;12-04-2022 09:30;13-04-2022 10:00
        b@example.org;Reed;Bo;;Yes;No;Yes;12-04-2022 09:30;13-04-2022 10:00
        """, "- -, unsubscribed -")]
    [InlineData("billionmail", """
        email,attributes,active,create_time
        a@example.org,{},1,2025-01-02 03:04:05
        b@example.org,"{""name"":""Bo""}",0,2025-01-02 03:04:05
        """, "active -, unsubscribed -")]
    [InlineData("buttondown", """
        email_address,notes,metadata,tags,referrer_url,creation_date,secondary_id,type,unsubscription_date
        a@example.org,,{},,,2024-01-02T03:04:05Z,1,regular,
        b@example.org,,{},,,2024-01-02T03:04:05Z,2,unactivated,
        c@example.org,,{},,,2024-01-02T03:04:05Z,3,unsubscribed,2024-03-02T03:04:05Z
        d@example.org,,{},,,2024-01-02T03:04:05Z,4,spammy,
        e@example.org,,{},,,2024-01-02T03:04:05Z,5,paused,
        f@example.org,,{},,,2024-01-02T03:04:05Z,6,removed,
        """, "active -, pending -, unsubscribed -, unsubscribed operator, active -, unsubscribed -")]
    public void AnExportOfAnotherProductIsRecognized(string origin, string text, string expected)
    {
        var lines = Read(text, out var file);

        Assert.Equal(origin, file.Origin);
        Assert.All(lines, line => Assert.Null(line.Error));
        Assert.All(lines, line => Assert.Empty(line.Notes));
        Assert.Equal(expected, string.Join(", ", lines.Select(line => Describe(line.Subscriber!))));
    }

    [Fact]
    public void TheTimesOfAnExportAreRead()
    {
        var listmonk = Read(
            "uuid,email,attributes,status,created_at\n1,a@example.org,{},enabled,2024-02-29 23:59:59.123456789 +0530 " +
            "IST\n", out _);
        var sendy = Read("Email,Joined,Last activity,Status\na@example.org,\"2024/01/12, 10:20PM\",,Active\n", out _);
        var brevo = Read("EMAIL;ADDED_TIME\na@example.org;12-04-2022 09:30\n", out _);

        Assert.Equal(
            new DateTimeOffset(2024, 2, 29, 18, 29, 59, TimeSpan.Zero).AddTicks(1234567),
            Assert.Single(listmonk).Subscriber!.CreatedAt);
        Assert.Equal(
            new DateTimeOffset(2024, 1, 12, 22, 20, 0, TimeSpan.Zero), Assert.Single(sendy).Subscriber!.CreatedAt);
        Assert.Equal(
            new DateTimeOffset(2022, 4, 12, 9, 30, 0, TimeSpan.Zero), Assert.Single(brevo).Subscriber!.CreatedAt);
    }

    [Fact]
    public void AMailchimpExportKeepsZoneAndConsent()
    {
        var lines = Read("""
            "Email Address","First Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,TIMEZONE,LEID
            ada@example.org,Ada,2,"2023-01-02 03:04:05",,"2023-01-02 03:10:00",203.0.113.77,"America/New York",1
            bo@example.org,Bo,2,"2023-01-02 03:04:05",,,,Nowhere,2
            """, out var file);
        var cleaned = Assert.Single(
            Read("\"Email Address\",OPTIN_TIME,CLEAN_TIME\ndi@example.org,,\"2024-01-01 00:00:00\"\n", out _));

        Assert.Equal(("America/New_York", "203.0.113.0/24", new DateTimeOffset(2023, 1, 2, 3, 10, 0, TimeSpan.Zero)),
            (lines[0].Subscriber!.Preferences.TimeZone, lines[0].Subscriber!.ConsentNetwork,
                lines[0].Subscriber!.ConsentAt));
        Assert.Equal("Europe/Berlin", lines[1].Subscriber!.Preferences.TimeZone);
        Assert.True(cleaned.Subscriber!.IsSuppressionOnly);
        Assert.Equal(["First Name", "MEMBER_RATING", "LEID"], file.UnusedColumns);
    }

    private static string Describe(ImportedSubscriber subscriber) =>
        $"{(subscriber.State is { } state ? state.ToColumn() : "-")} " +
        $"{(subscriber.Suppression is { Reason: var reason } ? reason.ToColumn() : "-")}";

    private static List<ImportLine> Read(string text, out ImportFile file)
    {
        file = new ImportFile(new MemoryStream(Encoding.UTF8.GetBytes(text)), new ImportFileOptions());
        return [.. file.Read(Defaults)];
    }
}
