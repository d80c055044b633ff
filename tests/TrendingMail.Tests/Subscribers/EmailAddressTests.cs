using System.Globalization;
using System.Text.RegularExpressions;
using TrendingMail.Subscribers;

namespace TrendingMail.Tests.Subscribers;

public sealed partial class EmailAddressTests
{
    [Theory]
    [InlineData("ada@example.org", "ada@example.org", "ada@example.org")]
    [InlineData("  ada@example.org\n", "ada@example.org", "ada@example.org")]
    [InlineData("Ada.Quill@Example.ORG", "Ada.Quill@example.org", "ada.quill@example.org")]
    [InlineData("ada+papers@mail.example.co.uk", "ada+papers@mail.example.co.uk", "ada+papers@mail.example.co.uk")]
    [InlineData("a!#$%&'*/=?^_`{|}~-b@example.org", "a!#$%&'*/=?^_`{|}~-b@example.org", "a!#$%&'*/=?^_`{|}~-b@example.org")]
    [InlineData("ada@bücher.example", "ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("ada@XN--BCHER-KVA.example", "ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("jörg@example.org", "jörg@example.org", "jörg@example.org")]
    [InlineData("jo\u0308rg@example.org", "jörg@example.org", "jörg@example.org")]
    [InlineData("用户@例子.广告", "用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v")]
    public void SpellingsOfAValidAddressHaveTheSameKey(string text, string value, string key)
    {
        Assert.True(EmailAddress.TryParse(text, out var address, out var fault));

        Assert.Null(fault);
        Assert.Equal((value, key), (address.Value, address.Key));
    }

    [Theory]
    [InlineData(null, "looks like")]
    [InlineData("", "looks like")]
    [InlineData("ada", "looks like")]
    [InlineData("@example.org", "looks like")]
    [InlineData("ada@", "looks like")]
    [InlineData("Ada <ada@example.org>", "plain address")]
    [InlineData("ada@example.org, bo@example.org", "plain address")]
    [InlineData("ada@example.org bo@example.org", "plain address")]
    [InlineData("\"ada q\"@example.org", "plain address")]
    [InlineData("ada(x)@example.org", "plain address")]
    [InlineData("ada\r\nBcc:bo@example.org", "plain address")]
    [InlineData("ada\u0000@example.org", "plain address")]
    [InlineData("ada@[192.0.2.1]", "domain name instead of an IP address")]
    [InlineData("ada..quill@example.org", "typos")]
    [InlineData(".ada@example.org", "typos")]
    [InlineData("ada.@example.org", "typos")]
    [InlineData("ada@bo@example.org", "typos")]
    [InlineData("ada@example", "complete domain name")]
    [InlineData("ada@192.0.2.1", "complete domain name")]
    [InlineData("ada@example.org.", "")]
    [InlineData("ada@-example.org", "")]
    [InlineData("ada@example-.org", "")]
    [InlineData("ada@exa_mple.org", "")]
    [InlineData("ada@example..org", "")]
    [InlineData("ada@xn--0.example", "")]
    public void InvalidAddressesAreRejectedWithAReasonForTheirOwner(string? text, string words)
    {
        Assert.False(EmailAddress.TryParse(text, out var address, out var fault));

        Assert.Null(address);
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 20, true)]
    [InlineData(65, 20, false)]
    [InlineData(64, 189, true)]
    [InlineData(64, 190, false)]
    public void LengthLimitsAreThoseOfRfc5321(int local, int domain, bool isAccepted)
    {
        var labels = string.Join('.', Enumerable.Repeat(new string('d', 48), 4))[..(domain - 4)].TrimEnd('.');
        var text = $"{new string('a', local)}@{labels.PadRight(domain - 4, 'd')}.org";

        Assert.Equal(isAccepted, EmailAddress.TryParse(text, out _, out var fault));

        Assert.Equal(isAccepted ? null : "This address is too long.", fault);
    }

    [Fact]
    public void TheLengthLimitCountsOctetsNotCharacters() =>
        Assert.False(EmailAddress.TryParse($"{new string('ö', 33)}@example.org", out _, out _));

    [Theory]
    [InlineData("ada@example.org", "a…@example.org")]
    [InlineData("👩‍🔬lab@example.org", "👩‍🔬…@example.org")]
    [InlineData("nothing", "…")]
    public void AMaskedAddressShowsOneCharacterOfItsLocalPart(string address, string masked) =>
        Assert.Equal(masked, EmailAddress.Mask(address));

    [Fact]
    public void NoInputCausesAnUnexpectedException()
    {
        string[] parts = ["a", "@", ".", "xn--", "xn--\u00fc", "\ud83d", "\udc00", "\ufffe", "\uffff", "[", "]", "\"", "\\", "\u0000", "\u200d", "ß", "。",
            "١", "-", "_", "example", "org", " ", "\t", "\u202e", "a\u0301", new string('b', 64), "%", "=?utf-8?q?x?="];
        var random = new Random(20261123);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]));
            if (i % 2 == 0)
            {
                text += "@example.org";
            }

            if (EmailAddress.TryParse(text, out var address, out _))
            {
                Assert.True(EmailAddress.TryParse(address.Value, out var again, out _), text);
                Assert.Equal(address.Key, again.Key);
            }
        }
    }

    /// <summary>
    /// The isemail test cases on which we disagree, by diagnosis, and why. On all others we must agree.
    /// </summary>
    private static readonly Dictionary<string, string> Disagreements = new()
    {
        ["ISEMAIL_RFC5321_QUOTEDSTRING"] = "quoted local part: not used by providers, and mishandled by other software",
        ["ISEMAIL_RFC5321_ADDRESSLITERAL"] = "address literal: not a person's mailbox, and it bypasses domain rules",
        ["ISEMAIL_RFC5321_IPV6DEPRECATED"] = "address literal in a deprecated form",
        ["ISEMAIL_RFC5321_TLD"] = "single-label domain, such as a host in a local network: unreachable from elsewhere",
        ["ISEMAIL_RFC5321_TLDNUMERIC"] = "numeric top-level domain: none exists (RFC 3696, section 2)",
        ["ISEMAIL_CFWS_COMMENT"] = "comment: allowed in a header, not in a form",
        ["ISEMAIL_DEPREC_"] = "obsolete RFC 5322 syntax (quoted words, comments, folding, control characters)",
        ["ISEMAIL_RFC5322_"] = "header-only syntax, or longer than RFC 5321 allows for a mailbox",
        ["single label"] = "single-label domain, even though it has a mail server",
        ["white space"] = "surrounding white space, which we trim",
    };

    /// <summary>Uses the isemail test cases if present beside the repository, otherwise a few of our own.</summary>
    [Fact]
    public void EachDisagreementWithIsemailIsExplained()
    {
        var file = Repository.Sample("addresses", "isemail.tsv");
        int agreed = 0, disagreed = 0;
        foreach (var fields in File.ReadLines(file ?? Path.Combine(Repository.Tests, "Subscribers", "addresses.tsv"))
            .Skip(1).Select(line => line.Split('\t')))
        {
            var text = ControlCharacter().Replace(fields[1],
                match => ((char)int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
            var isAccepted = EmailAddress.TryParse(text, out _, out _);
            if (isAccepted == (fields[2] != "ISEMAIL_ERR") && (!isAccepted || text == text.Trim()))
            {
                agreed++;
                continue;
            }

            disagreed++;
            Assert.True(Disagreements.ContainsKey(GetReason(text, isAccepted, fields)),
                $"{fields[0]}: {fields[1]} ({fields[3]}) is {(isAccepted ? "accepted" : "rejected")}");
        }

        Assert.True(agreed >= (file is null ? 5 : 70), $"only {agreed} agreed, {disagreed} disagreed");
    }

    private static string GetReason(string text, bool isAccepted, string[] fields) =>
        isAccepted ? text != text.Trim() ? "white space" : "none"
        : fields[2] == "ISEMAIL_VALID_CATEGORY" ? fields[1].Split('@')[^1].Contains('.', StringComparison.Ordinal) ? "none" : "single label"
        : fields[2] is "ISEMAIL_RFC5322" or "ISEMAIL_DEPREC" && !Disagreements.ContainsKey(fields[3]) ? $"{fields[2]}_"
        : fields[3];

    [GeneratedRegex(@"\\x([0-9A-Fa-f]{2})")]
    private static partial Regex ControlCharacter();
}
