using TrendingMail.Delivery.Replies.Rules;

namespace TrendingMail.Tests.Delivery.Replies;

public sealed class ReplyPatternTests
{
    [Theory]
    [InlineData("mailbox ~ full", "the mailbox of this user is full", true)]
    [InlineData("mailbox ~ full", "full mailbox", false)]
    [InlineData("mailbox & full", "full mailbox", true)]
    [InlineData("mailbox ~ full", "mailbox mailbox is full", true)]
    [InlineData("mailbox ~ full", "mailbox a b c d full", true)]
    [InlineData("mailbox ~ full", "mailbox a b c d e full", false)]
    [InlineData("mailbox ~ full", "see the mailbox. full text follows", false)]
    [InlineData("mailbox full", "mailbox is full", false)]
    [InlineData("verif*", "unable to verify it", true)]
    [InlineData("verify", "verified", false)]
    [InlineData("{recipient} & {unknown}", "utente 'ada' sconosciuto", true)]
    [InlineData("{recipient} & {unknown}", "l'utilisateur n'existe pas", true)]
    [InlineData("{recipient} & {unknown}", "用户不存在", true)]
    [InlineData("{recipient} & {unknown}", "block-list", false)]
    public void PatternMatchesWords(string pattern, string text, bool isMatch)
    {
        var vocabulary = new Vocabulary();
        var patterns = ReplyPattern.Parse(pattern, vocabulary);
        var terms = vocabulary.Find(text);

        Assert.Equal(
            isMatch,
            Enumerable.Range(0, terms.Count).Any(i => patterns.Any(p => p.Match(terms, i) is not null)));
    }

    [Theory]
    [InlineData("doesn't block-list É.", "doesnt block list e .")]
    [InlineData("from 192.0.2.1: no", "from # no")]
    [InlineData("用户 ok", "用 户 ok")]
    [InlineData(": user unknown", ": user unknown")]
    [InlineData("to: user", "to user")]
    [InlineData("version 4.9.7", "version 4.9.7")]
    public void TextIsSplitIntoWords(string text, string words) =>
        Assert.Equal(words.ToLowerInvariant(), string.Join(' ', ReplyWords.Split(text.ToLowerInvariant())));

    [Fact]
    public void UnknownSetIsReported() =>
        Assert.Throws<InvalidOperationException>(() => ReplyPattern.Parse("{nothing} full", new Vocabulary()));
}
