using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Tests.Delivery.Smtp.Exchange;

public sealed class ReplyOutcomeTests
{
    [Theory]
    [InlineData("250 2.0.0 ok", typeof(Outcome.Accepted))]
    [InlineData("421 4.3.2 closing", typeof(Outcome.Unreachable))]
    [InlineData("450 4.2.0 greylisted", typeof(Outcome.Deferred))]
    [InlineData("550 5.1.1 no such user", typeof(Outcome.Rejected))]
    public void TheCodeDecidesTheOutcome(string reply, Type outcome) =>
        Assert.IsType(outcome, ReplyOutcome.From(SmtpReply.Parse(reply)));

    [Theory]
    [InlineData("451 4.3.0 try again", typeof(Outcome.Deferred))]
    [InlineData("530 5.7.0 must log in", typeof(Outcome.Unreachable))]
    [InlineData("550 5.7.1 this sender is not wanted", typeof(Outcome.Unreachable))]
    [InlineData("552 too big", typeof(Outcome.Rejected))]
    [InlineData("550 5.3.4 too big", typeof(Outcome.Rejected))]
    [InlineData("550 5.6.7 no SMTPUTF8", typeof(Outcome.Rejected))]
    public void ARejectedSenderConcernsEveryDeliveryUnlessTheMessageIsAtFault(string reply, Type outcome) =>
        Assert.IsType(outcome, ReplyOutcome.FromMail(SmtpReply.Parse(reply)));

    [Fact]
    public void TheMessageFollowsA354() => Assert.Null(ReplyOutcome.FromData(new SmtpReply(354, "go on")));

    [Fact]
    public void APositiveReplyToDataIsMalformed() =>
        Assert.Throws<FormatException>(() => ReplyOutcome.FromData(new SmtpReply(250, "ok")));

    [Fact]
    public void AnIntermediateReplyIsNoOutcome() =>
        Assert.Throws<FormatException>(() => ReplyOutcome.From(new SmtpReply(354, "go on")));
}
