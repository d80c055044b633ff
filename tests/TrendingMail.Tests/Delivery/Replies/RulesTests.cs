using TrendingMail.Delivery.Replies;
using TrendingMail.Delivery.Replies.Rules;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Delivery.Replies;

public sealed class RulesTests
{
    [Fact]
    public void NoPhraseHasTwoMeanings() =>
        Assert.Equal(ReplyRules.Default.Phrases.DistinctBy(rule => rule.Text), ReplyRules.Default.Phrases);

    /// <summary>Otherwise they could never be found in a text, which is normalized in the same way.</summary>
    [Fact]
    public void PhrasesAreNormalized()
    {
        var phrases = ReplyRules.Default.Phrases.SelectMany(rule => rule.Text.Split(' '))
            .Where(word => word[0] != '{' && word is not ("~" or "&" or "#" or ":" or "@"))
            .Concat(RuleFile.Read("words.tsv", 3).SelectMany(fields => fields[1].Split(", "))
                .SelectMany(phrase => phrase.Split(' ')).Where(word => word is not ("#" or "@")));

        Assert.All(phrases, word => Assert.NotEmpty(ReplyWords.Split(word)));
        Assert.All(phrases, word => Assert.Equal(word, word.ToLowerInvariant().Trim()));
    }

    /// <summary>A rule without a known source is a guess.</summary>
    [Theory]
    [InlineData("reasons.tsv", 5)]
    [InlineData("statuses.tsv", 5)]
    [InlineData("words.tsv", 3)]
    [InlineData("phrases.tsv", 3)]
    [InlineData("kinds.tsv", 5)]
    [InlineData("providers.tsv", 6)]
    public void EachRuleNamesItsSource(string table, int fields) => Assert.All(RuleFile.Read(table, fields),
        rule => Assert.DoesNotContain(rule[^1].Split(", "),
            source => source.ToLowerInvariant() is "many" or "most" or "some" or "various" or "others"
                or "several" or "servers"));

    /// <summary>Invented sentences with phrases that servers use, interpreted without a status code.</summary>
    [Theory]
    [InlineData("Empfänger unbekannt, die Adresse existiert nicht", "user_unknown")]
    [InlineData("Das Postfach des Empfängers ist voll", "mailbox_full")]
    [InlineData("Utilisateur inconnu dans ce domaine", "user_unknown")]
    [InlineData("La boîte du destinataire est pleine", "mailbox_full")]
    [InlineData("El usuario no existe en este servidor", "user_unknown")]
    [InlineData("El buzón del destinatario está lleno", "mailbox_full")]
    [InlineData("Utente sconosciuto", "user_unknown")]
    [InlineData("La casella del destinatario è piena", "mailbox_full")]
    [InlineData("Este usuário não existe", "user_unknown")]
    [InlineData("A caixa postal está cheia", "mailbox_full")]
    [InlineData("Почтовый ящик не найден", "user_unknown")]
    [InlineData("Ящик получателя переполнен", "mailbox_full")]
    [InlineData("宛先不明のためお届けできません", "user_unknown")]
    [InlineData("メールボックスの容量を超えています", "mailbox_full")]
    [InlineData("收件人邮箱不存在", "user_unknown")]
    [InlineData("收件人邮箱已满", "mailbox_full")]
    [InlineData("邮件被识别为垃圾邮件", "spam_content")]
    [InlineData("User doesn’t exist: ada", "user_unknown")]
    [InlineData("Connection from you rejected: reverse DNS entry missing", "blocked")]
    [InlineData("Rejected by the domain's DMARC policy", "auth_failed")]
    [InlineData("Greylisted, come again in five minutes", "rate_limited")]
    [InlineData("This message is looping", "network_error")]
    [InlineData("Too many connections from you", "rate_limited")]
    [InlineData("The message size exceeds what we take", "too_big")]
    [InlineData("Relaying denied", "policy")]
    [InlineData("The account of this user is suspended", "suspended")]
    [InlineData("No such domain here", "host_unknown")]
    [InlineData("delivery temporarily suspended: lost connection with mx.shop.example while sending RCPT TO",
        "network_error")]
    [InlineData("Your IP is listed at zen.spamhaus.org", "blocked")]
    public void DiagnosticsAreInterpretedInManyLanguages(string diagnostic, string reason) =>
        Assert.Equal(reason,
            DiagnosticInterpreter.Interpret(null, diagnostic, []).Reason.ToColumn());

    [Theory]
    [InlineData("5.7.509", "no", "auth_failed")]
    [InlineData("4.7.500", "no", "policy")]
    [InlineData("5.0.0", "something with a quirk was rejected", "policy")]
    [InlineData("5.2.2", "it was rejected", "mailbox_full")]
    [InlineData("5.1.1", "552 mailbox full", "mailbox_full")]
    public void SpecificPhrasesOverrideCodesAndCodesOverrideVaguePhrases(
        string status, string diagnostic, string reason) =>
        Assert.Equal(reason,
            DiagnosticInterpreter.Interpret(status, diagnostic, []).Reason.ToColumn());

    [Theory]
    [InlineData("mailbox * full", "the mailbox of this user is full", true)]
    [InlineData("mailbox * full", "full mailbox", false)]
    [InlineData("mailbox * full", "mailbox mailbox is full", true)]
    [InlineData("a * c", "a b", false)]
    public void AsteriskMatchesAFewWords(string phrase, string text, bool found) =>
        Assert.Equal(found, new Phrase(phrase).IsIn(text));

    [Fact]
    public void AsteriskMatchIsLimitedInLength() =>
        Assert.False(new Phrase("mailbox * full").IsIn($"mailbox {new string('x', 100)} full"));

    [Theory]
    [InlineData("550-5.1.1 The account\n550 5.1.1 does not exist", "the account does not exist", "5.1.1", 550)]
    [InlineData("Sorry, no mailbox here by that name. (#5.1.1)", "sorry, no mailbox here by that name.", "5.1.1", null)]
    [InlineData("550 5.0.0 <a@b.example>: no (5.7.1)", "@ no", "5.7.1", 550)]
    [InlineData("host 192.0.2.5 at 5:30", "host 192.0.2.5 at 5:30", null, null)]
    [InlineData("421-busy 4.7.0", "busy", "4.7.0", 421)]
    public void CodesAreStrippedFromTheText(string text, string expected, string? status, int? replyCode) =>
        Assert.Equal(new NormalizedDiagnostic(expected, status, replyCode), NormalizedDiagnostic.Parse(text));
}
