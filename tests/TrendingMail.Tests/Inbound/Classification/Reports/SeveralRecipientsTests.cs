using System.Text;
using TrendingMail.Inbound.Classification;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Inbound.Classification.Reports;

/// <summary>Reports in formats of their own that list several recipients, each with a different cause.</summary>
public sealed class SeveralRecipientsTests
{
    private const string OldSendmail = """
           ----- The following addresses had permanent fatal errors -----
        <ada@shop.example>
        <bo@shop.example>
        <cy@shop.example>

           ----- Transcript of session follows -----
        ... while talking to mx.shop.example.:
        >>> RCPT To:<ada@shop.example>
        <<< 550 no such user
        550 <ada@shop.example>... User unknown
        >>> RCPT To:<bo@shop.example>
        <<< 552 over quota
        552 <bo@shop.example>... Message is too large
        >>> RCPT To:<cy@shop.example>
        <<< 554 your network is on our blacklist
        554 <cy@shop.example>... Service unavailable

           ----- Unsent message follows -----
        Subject: Papers
        """;

    private const string PipeliningSendmail = """
           ----- The following addresses had permanent fatal errors -----
        <ada@shop.example>
        <bo@shop.example>

           ----- Transcript of session follows -----
        ... while talking to mx.shop.example.:
        >>> DATA
        <<< 550 5.1.1 <ada@shop.example>... User unknown
        550 5.1.1 <ada@shop.example>... User unknown
        <<< 550 5.7.1 <bo@shop.example>... message looks like spam
        550 5.1.1 <bo@shop.example>... User unknown
        <<< 503 5.0.0 Need RCPT (recipient)
        """;

    private const string Qmail = """
        Hi. This is the qmail-send program at q.example.
        I'm afraid I wasn't able to deliver your message to the following addresses.
        This is a permanent error; I've given up. Sorry it didn't work out.

        <ada@shop.example>:
        Sorry, no mailbox here by that name. (#5.1.1)

        <bo@shop.example>:
        192.0.2.1 does not like recipient.
        Remote host said: 552 5.2.2 mailbox full
        Giving up on 192.0.2.1.

        <cy@shop.example>:
        192.0.2.2 failed after I sent the message.
        Remote host said: 554 content rejected

        --- Below this line is a copy of the message.

        Subject: Papers
        """;

    private const string Exim = """
        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          ada@shop.example
            SMTP error from remote mail server after RCPT TO:<ada@shop.example>:
            host mx.shop.example [192.0.2.1]: 550 unknown user
          bo@shop.example
            SMTP error from remote mail server after end of data:
            host mx.shop.example [192.0.2.1]: 550 unknown user
          cy@shop.example
            retry timeout exceeded

        ------ This is a copy of the message, including all the headers. ------
        """;

    private const string Courier = """
        This is a delivery status notification from c.example,
        running the Courier mail server.

        Your message to the following recipients cannot be delivered:

        <ada@shop.example>:
            mx.shop.example [192.0.2.2]:
        >>> RCPT TO:<ada@shop.example>
        <<< 550 5.1.1 User unknown

        <bo@shop.example>:
            mx.shop.example [192.0.2.2]:
        >>> RCPT TO:<bo@shop.example>
        <<< 450 4.2.1 Mailbox temporarily disabled
        """;

    [Theory]
    [InlineData(OldSendmail, "user_unknown hard", "mailbox_full", "blocked")]
    [InlineData(PipeliningSendmail, "user_unknown hard", "spam_content")]
    [InlineData(Qmail, "user_unknown hard", "mailbox_full", "spam_content")]
    [InlineData(Exim, "user_unknown hard", "user_unknown", "expired")]
    [InlineData(Courier, "user_unknown hard", "suspended")]
    public void EachRecipientIsJudgedByWhatTheReportSaysAboutIt(string report, params string[] verdicts)
    {
        var mail = Encoding.UTF8.GetBytes(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: bounces@papers.example\n" +
            $"Subject: Returned mail: delivery failed\n\n{report}");

        var found = Classifier.Classify(mail);

        Assert.Equal(InboundKind.Bounce, found.Kind);
        Assert.Equal(
            verdicts.Zip(["ada@shop.example", "bo@shop.example", "cy@shop.example"], (v, a) => $"{a} {v}"),
            found.Recipients.Select(r => $"{r.Address} {r.Reason.ToColumn()}{(r.Hard ? " hard" : "")}"));
    }

    /// <summary>The fields name the recipients, but only the transcript says why.</summary>
    [Fact]
    public void ATranscriptIsSharedOutAmongTheRecipientsOfTheFields()
    {
        var mail = Encoding.UTF8.GetBytes($"""
            Return-Path: <>
            From: MAILER-DAEMON@mx.example
            To: bounces@papers.example
            Subject: Returned mail
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary=part

            --part
            Content-Type: text/plain

            {OldSendmail}

            --part
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example

            Final-Recipient: rfc822; ada@shop.example
            Action: failed
            Status: 5.0.0

            Final-Recipient: rfc822; bo@shop.example
            Action: failed
            Status: 5.0.0

            --part--
            """);

        var found = Classifier.Classify(mail).Recipients;

        Assert.Equal(
            ["ada@shop.example user_unknown True", "bo@shop.example mailbox_full False"],
            found.Select(r => $"{r.Address} {r.Reason.ToColumn()} {r.Hard}"));
    }
}
