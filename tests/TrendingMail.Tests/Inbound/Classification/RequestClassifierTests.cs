using System.Text;
using TrendingMail.Inbound.Classification;

namespace TrendingMail.Tests.Inbound.Classification;

/// <summary>A message is a request if it is nothing but one; whatever only mentions it is for a person.</summary>
public sealed class RequestClassifierTests
{
    private const string Token = "AwABAAAAAAAAAAEAAAAAawPygBYPCxstWlaZt8PMzq5wx1M";

    [Theory]
    [InlineData("unsubscribe", "")]
    [InlineData("Unsubscribe", "Please do it today, I beg you.")]
    [InlineData("Re: Unsubscribe", "")]
    [InlineData("Re: Papers of today", "unsubscribe")]
    [InlineData("Papers", "Please unsubscribe me from this list.")]
    [InlineData("Papers", "Hi there,\n\nplease remove me from your mailing list. Thank you!\n\nBest,\nAda")]
    [InlineData("Papers", "Unsubscribe me\n\nSent from my iPhone")]
    [InlineData("Papers", "Unsubscribe\n\nOn Monday, Papers <digest@papers.example.org> wrote:\n> unsubscribe here")]
    [InlineData("Papers", "I want to cancel my subscription")]
    [InlineData("Papers", "STOP")]
    [InlineData("Bitte abmelden", "")]
    [InlineData("Papers", "Hallo,\n\nbitte melden Sie mich nicht an, sondern:\n", false)]
    [InlineData("Papers", "Hallo,\nbitte abbestellen.\nMit freundlichen Grüßen\nAda Lund")]
    [InlineData("Papers", "Bonjour,\n\nMerci de me désabonner de cette liste.\n\nCordialement\nAda")]
    [InlineData("Papers", "Por favor, quiero darme de baja. Gracias")]
    [InlineData("退订", "")]
    public void ACommandAndNothingElseIsARequest(string subject, string body, bool isRequest = true) =>
        Assert.Equal(isRequest ? InboundKind.Unsubscribe : InboundKind.Other, Classify("", subject, body));

    [Theory]
    [InlineData("Please do not unsubscribe me", "")]
    [InlineData("Question", "Please do not unsubscribe me.")]
    [InlineData("Question", "we study why people unsubscribe")]
    [InlineData("Why do people unsubscribe?", "A survey")]
    [InlineData("How do I unsubscribe?", "I cannot find the link.")]
    [InlineData("Unsubscribe rate of newsletters", "Dear editors, here is our paper.")]
    [InlineData("Did you unsubscribe me?", "I get nothing since Monday.")]
    [InlineData("Never remove me", "")]
    [InlineData("Question", "My colleague wants to unsubscribe, but I do not.")]
    [InlineData("Question", "Unsubscribe\nis a word that I never use.")]
    [InlineData("Bitte nicht abmelden", "")]
    [InlineData("Ne pas désabonner", "")]
    [InlineData("No quiero darme de baja", "")]
    [InlineData("Re: Papers",
        "I am not here this week.\n\nWhy you get this: you subscribed. Unsubscribe: https://papers.example.org/out")]
    public void AMessageThatOnlyMentionsTheCommandIsForAPerson(string subject, string body) =>
        Assert.Equal(InboundKind.Other, Classify("", subject, body));

    [Theory]
    [InlineData("Auto-Submitted: auto-generated\n")]
    [InlineData("Auto-Submitted: auto-replied\n")]
    [InlineData("X-Auto-Response-Suppress: All\n")]
    [InlineData("")]
    public void TheTokenOfTheMailtoUrlIsARequestEvenIfAProgramSendsIt(string header) =>
        Assert.Equal(InboundKind.Unsubscribe, Classify(header, $"unsubscribe {Token}", ""));

    [Theory]
    [InlineData("digest+unsubscribe@papers.example.org", InboundKind.Unsubscribe)]
    [InlineData("unsubscribe@papers.example.org", InboundKind.Unsubscribe)]
    [InlineData("digest-subscribe@papers.example.org", InboundKind.Subscribe)]
    [InlineData("\"Unsubscribe help\" <help@papers.example.org>", InboundKind.Other)]
    [InlineData("dontunsubscribe@papers.example.org", InboundKind.Other)]
    public void AnAddressThatIsACommandIsARequest(string to, InboundKind kind) =>
        Assert.Equal(kind, Classify("", "Hello", "Nothing to add.", to));

    [Theory]
    [InlineData("subscribe", "", InboundKind.Subscribe)]
    [InlineData("Hello", "Please subscribe me", InboundKind.Subscribe)]
    [InlineData("Hello", "Should I subscribe?", InboundKind.Other)]
    [InlineData("Hello", "join\nus for lunch", InboundKind.Other)]
    public void SubscribingFollowsTheSameRule(string subject, string body, InboundKind kind) =>
        Assert.Equal(kind, Classify("", subject, body));

    [Theory]
    [InlineData("I am out of the office until Monday. In urgent cases call Bo.")]
    [InlineData("Ich bin bis Montag nicht im Büro und lese keine E-Mails.")]
    [InlineData("Je suis actuellement absent du bureau.")]
    [InlineData("Estoy fuera de la oficina hasta el lunes.")]
    [InlineData("Sono fuori ufficio fino a lunedì.")]
    [InlineData("Op dit moment ben ik afwezig.")]
    [InlineData("Я нахожусь в отпуске до понедельника.")]
    [InlineData("休暇を取っております。")]
    public void AnOutOfOfficeMessageWithoutHeadersIsAnAutoReply(string body) =>
        Assert.Equal(InboundKind.AutoReply, Classify("", "Re: Today", body));

    [Theory]
    [InlineData("I am out of the office until Monday. Please pause my digest.")]
    [InlineData("Ich bin nicht im Büro und möchte den Newsletter pausieren.")]
    [InlineData("I am out of the office until Monday.\n\nYou subscribed. Unsubscribe: https://x.example")]
    public void ARequestOfSomeoneWhoIsAwayIsForAPerson(string body) =>
        Assert.Equal(InboundKind.Other, Classify("", "Re: Today", body));

    [Theory]
    [InlineData("X-Autoreply: yes\n")]
    [InlineData("X-Autogenerated: Reply\n")]
    [InlineData("X-POST-MessageClass: 9; Autoresponder\n")]
    [InlineData("Precedence: auto_reply\n")]
    [InlineData("Auto-Submitted: auto-replied (vacation)\n")]
    public void HeadersOfAutomaticRepliesCount(string header) =>
        Assert.Equal(InboundKind.AutoReply, Classify(header, "Re: Papers", "Unsubscribe"));

    private static InboundKind Classify(
        string header, string subject, string body, string to = "digest@papers.example.org") =>
        Classifier.Classify(Encoding.UTF8.GetBytes(
            $"{header}From: Ada <ada@shop.example>\nTo: {to}\nSubject: {subject}\nMessage-ID: <1@shop.example>\n" +
            $"Content-Type: text/plain; charset=utf-8\n\n{body}\n")).Kind;
}
