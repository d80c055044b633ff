using System.Globalization;
using System.Text.RegularExpressions;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Tests.Subscribers.Addresses;

public sealed partial class EmailAddressTests
{
    [Theory]
    [InlineData("ada@example.org", "ada@example.org", "ada@example.org")]
    [InlineData("  ada@example.org\n", "ada@example.org", "ada@example.org")]
    [InlineData("Ada.Quill@Example.ORG", "Ada.Quill@example.org", "ada.quill@example.org")]
    [InlineData("ada+papers@mail.example.co.uk", "ada+papers@mail.example.co.uk", "ada+papers@mail.example.co.uk")]
    [InlineData("a!#$%&'*/=?^_`{|}~-b@example.org", "a!#$%&'*/=?^_`{|}~-b@example.org",
        "a!#$%&'*/=?^_`{|}~-b@example.org")]
    [InlineData("ada@bücher.example", "ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("ada@XN--BCHER-KVA.example", "ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("jörg@example.org", "jörg@example.org", "jörg@example.org")]
    [InlineData("jo\u0308rg@example.org", "jörg@example.org", "jörg@example.org")]
    [InlineData("用户@例子.广告", "用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v")]
    [InlineData("“ada@example.org”", "ada@example.org", "ada@example.org")]
    [InlineData("‘ada@example.org’", "ada@example.org", "ada@example.org")]
    [InlineData("„ada@example.org“", "ada@example.org", "ada@example.org")]
    [InlineData("«\u00a0ada@example.org\u00a0»", "ada@example.org", "ada@example.org")]
    [InlineData("\"ada@example.org\"", "ada@example.org", "ada@example.org")]
    [InlineData("<ada@example.org>", "ada@example.org", "ada@example.org")]
    [InlineData("'ada'@example.org", "'ada'@example.org", "'ada'@example.org")]
    [InlineData("ada@i❤.example", "ada@i❤.example", "ada@xn--i-7iq.example")]
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
    [InlineData("ada@example.xn--org-9o0a", "not a valid domain")]
    [InlineData("ada@example”s.org", "not a valid domain")]
    [InlineData("ada@example.❤", "not a valid domain")]
    [InlineData("ada@example.ab--cd", "complete domain name")]
    public void InvalidAddressesAreRejectedWithAReasonForTheirOwner(string? text, string words)
    {
        Assert.False(EmailAddress.TryParse(text, out var address, out var fault));

        Assert.Null(address);
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    public static readonly TheoryData<int> Invisible =
    [
        0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E,
        0x200F, 0x202A, 0x202E,
        0x2060, 0x2064, 0x2066, 0x2069, 0x206A, 0x2800, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0x1D173,
        0xE0001, 0xE0061, 0xE0100,
    ];

    [Theory]
    [MemberData(nameof(Invisible))]
    public void AnInvisibleCharacterIsStrippedAtTheEndsAndRejectedInside(int codePoint)
    {
        var invisible = char.ConvertFromUtf32(codePoint);

        Assert.True(EmailAddress.TryParse($"{invisible}ada@example.org {invisible}", out var address, out _));
        Assert.Equal("ada@example.org", address.Value);
        foreach (var text in (string[])[$"a{invisible}da@example.org", $"ada@exa{invisible}mple.org",
            $"ada{invisible}@example.org"])
        {
            Assert.False(EmailAddress.TryParse(text, out _, out var fault));
            Assert.Contains($"U+{codePoint:X4}", fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnOverlongTextIsRejectedBeforeItIsNormalized()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();

        foreach (var text in (string[])
            [
                $"e{string.Concat(Enumerable.Repeat("\u0301\u0316", 250_000))}@example.org",
                $"a@{string.Concat(Enumerable.Repeat("xn--a.", 64_000))}org",
                $"{new string('\u200b', 1_000_000)}ada@example.org",
                $"{new string('"', 1_000_000)}ada@example.org",
            ])
        {
            Assert.False(EmailAddress.TryParse(text, out _, out var fault));
            Assert.Equal("This address is too long.", fault);
            Assert.InRange(EmailAddress.Mask(text).Length, 1, 300);
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
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
        string[] parts = ["a", "@", ".", "xn--", "xn--\u00fc", "\ud83d", "\udc00", "\ufffe", "\uffff", "[", "]", "\"",
            "\\", "\u0000", "\u200d", "ß", "。",
            "١", "-", "_", "example", "org", " ", "\t", "\u202e", "a\u0301", new string('b', 64), "%", "=?utf-8?q?x?="];
        var random = new Random(20261123);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]));
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
                match => ((char)int.Parse(match.Groups[1].Value, NumberStyles.HexNumber,
                    CultureInfo.InvariantCulture)).ToString());
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
        : fields[2] == "ISEMAIL_VALID_CATEGORY" ? fields[1].Split('@')[^1].Contains('.', StringComparison.Ordinal)
            ? "none" : "single label"
        : fields[2] is "ISEMAIL_RFC5322" or "ISEMAIL_DEPREC" && !Disagreements.ContainsKey(fields[3]) ? $"{fields[2]}_"
        : fields[3];

    [GeneratedRegex(@"\\x([0-9A-Fa-f]{2})")]
    private static partial Regex ControlCharacter();
}
