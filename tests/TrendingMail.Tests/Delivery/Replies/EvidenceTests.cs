using TrendingMail.Delivery.Replies;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Delivery.Replies;

/// <summary>
/// Which of contradicting codes, words and commands are believed, and when an address is bad for good.
/// </summary>
public sealed class EvidenceTests
{
    [Theory]
    [InlineData("550 User unknown")]
    [InlineData("554 5.0.0 no such user here")]
    [InlineData("550 5.7.1 No such user!")]
    [InlineData("550 5.5.0 Requested action not taken: mailbox unavailable")]
    [InlineData("550 <ada@shop.example>... mailbox does not exist")]
    [InlineData("550 5.1.1 rejected")]
    [InlineData("556 this domain does not accept mail")]
    [InlineData("550 5.4.1 Recipient address rejected: Access denied")]
    public void AnAddressThatTheServerDoesNotKnowIsBadForGood(string reply) => Assert.True(Interpret(reply).IsHard);

    [Theory]
    [InlineData("450 4.1.1 User unknown", "user_unknown")]
    [InlineData("550 4.4.3 Host or domain name not found, try again", "network_error")]
    [InlineData("5.4.3 Host or domain name not found. Name service error for name=shop.example type=MX: Host not " +
        "found, try again", "network_error")]
    [InlineData("5.4.4 Name service error for name=shop.example type=MX: Malformed or unexpected name server reply",
        "network_error")]
    [InlineData("550 5.1.1 mailbox is full", "mailbox_full")]
    [InlineData("550 5.1.1 account is disabled", "suspended")]
    [InlineData("550 5.1.1 too many messages, slow down", "rate_limited")]
    [InlineData("550 5.1.1 your IP address is listed at bl.example", "blocked")]
    [InlineData("554 5.3.0 mail.local: internal error while opening the mailbox", "system_error")]
    [InlineData("550 5.2.0 cannot update mailbox /var/mail/ada for user ada", "system_error")]
    [InlineData("550 5.7.1 user unknown", "user_unknown")]
    public void WhatIsTemporaryOrContradictedIsNotHard(string reply, string reason)
    {
        var diagnosis = Interpret(reply);

        Assert.Equal((reason, false), (diagnosis.Reason.ToColumn(), diagnosis.IsHard));
    }

    /// <summary>The sender's domain, host or greeting is unknown, not the recipient's.</summary>
    [Theory]
    [InlineData("550 5.1.8 Sender address rejected: Domain not found")]
    [InlineData("553 Domain of sender address digest@papers.example does not exist")]
    [InlineData("550 Helo command rejected: Host not found")]
    [InlineData("550 unknown sender")]
    public void AnUnknownSenderIsNoUnknownRecipient(string reply) =>
        Assert.True(Interpret(reply) is { IsHard: false } diagnosis && diagnosis.Reason.IsSenderLevel());

    [Theory]
    [InlineData("(in reply to RCPT TO command)", true)]
    [InlineData("(in reply to end of DATA command)", false)]
    [InlineData("(in reply to MAIL FROM command)", false)]
    [InlineData("", false)]
    public void InAReportWithoutFieldsTheCommandDecides(string command, bool isHard) => Assert.Equal(isHard,
        DiagnosticInterpreter.Interpret(null, "", [$"host mx.shop.example said: 550 user unknown {command}"]).IsHard);

    [Fact]
    public void AfterDataOnlyAnAddressCodeMakesAnAddressBad()
    {
        const string Stage = "SMTP error from remote mail server after end of data";

        Assert.True(DiagnosticInterpreter.Interpret(null, "smtp; 550 5.1.1 user unknown", [Stage]).IsHard);
        Assert.False(DiagnosticInterpreter.Interpret(null, "smtp; 550 5.0.0 user unknown", [Stage]).IsHard);
    }

    [Fact]
    public void ADelayIsNeverHard() =>
        Assert.False(DiagnosticInterpreter.Interpret("5.1.1", "smtp; 550 user unknown", [], isDelayed: true).IsHard);

    /// <summary>Sendmail passes on the exit code of a local delivery program.</summary>
    [Theory]
    [InlineData("X-Unix; 67", "user_unknown", true)]
    [InlineData("X-Unix; 77", "system_error", false)]
    public void AnExitCodeIsInterpreted(string diagnostic, string reason, bool isHard)
    {
        var diagnosis = DiagnosticInterpreter.Interpret("5.0.0", diagnostic, []);

        Assert.Equal((reason, isHard), (diagnosis.Reason.ToColumn(), diagnosis.IsHard));
    }

    private static Diagnosis Interpret(string reply) => DiagnosticInterpreter.Interpret(null, $"smtp; {reply}", []);
}
