using System.Text;
using MimeKit;
using TrendingMail.Diagnostics.Seeds.Mailboxes;

namespace TrendingMail.Tests.Diagnostics.Seeds.Mailboxes;

public sealed class AuthenticationVerdictsTests
{
    [Fact]
    public void GmailsResultsAreRead() => Assert.Equal(("pass", "pass", "pass"), Verdicts("""
        Delivered-To: seed@gmail.com
        Received: by 2002:a05:7208:1234:b0:9a:1b2c:3d4e with SMTP id abc1csp1;
         Mon, 23 Nov 2026 08:00:05 -0800 (PST)
        ARC-Authentication-Results: i=1; mx.google.com;
         dkim=fail header.i=@other.example
        Return-Path: <bounces+1@papers.example.org>
        Received: from mail.example.org (mail.example.org. [192.0.2.25])
         by mx.google.com with ESMTPS id x1; Mon, 23 Nov 2026 08:00:04 -0800 (PST)
        Received-SPF: pass (google.com: domain of bounces@papers.example.org designates 192.0.2.25 as permitted sender)
        Authentication-Results: mx.google.com;
               dkim=pass header.i=@papers.example.org header.s=s1 header.b="Zx/9+k2e";
               spf=pass (google.com: domain of bounces@papers.example.org designates 192.0.2.25 as permitted
         sender) smtp.mailfrom="bounces+1@papers.example.org";
               dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=papers.example.org
        """));

    [Fact]
    public void OutlooksResultsWithoutAHostAreRead() => Assert.Equal(("pass", "fail", "fail"), Verdicts("""
        Received: from AM0PR01.prod.exchangelabs.example (2603:10a6::1) by VI1PR01.prod.exchangelabs.example with HTTPS;
         Mon, 23 Nov 2026 16:00:05 +0000
        Authentication-Results: spf=pass (sender IP is 192.0.2.25)
         smtp.mailfrom=papers.example.org; dkim=fail (body hash did not verify)
         header.d=papers.example.org;dmarc=fail action=quarantine
         header.from=papers.example.org;compauth=fail reason=000
        Received-SPF: Pass (protection.outlook.com: domain of papers.example.org designates 192.0.2.25)
        """));

    [Fact]
    public void YahoosResultsAreRead() => Assert.Equal(("none", "pass", "pass"), Verdicts("""
        Received: from 192.0.2.25 (EHLO mail.example.org)
         by 10.1.2.3 with SMTPs; Mon, 23 Nov 2026 16:00:05 +0000
        Authentication-Results: atlas-production.v2-mail-prod1-gq1.omega.yahoo.com;
         dkim=pass header.i=@papers.example.org header.s=s1;
         spf=none smtp.mailfrom=papers.example.org;
         dmarc=pass(p=QUARANTINE) header.from=papers.example.org;
        """));

    [Fact]
    public void FastmailsResultsInSeveralFieldsAreReadTogether() => Assert.Equal(("pass", "pass", "none"), Verdicts("""
        Received: from mx3.messagingengine.com ([10.202.2.202]) by compute1.internal (LMTPProxy);
         Mon, 23 Nov 2026 11:00:05 -0500
        Authentication-Results: mx3.messagingengine.com;
            x-csa=none; x-me-sender=none; x-ptr=pass smtp.helo=mail.example.org policy.ptr=mail.example.org
        Authentication-Results: mx3.messagingengine.com;
            bimi=skipped (DMARC did not pass)
        Authentication-Results: mx3.messagingengine.com;
            dkim=pass (2048-bit rsa key sha256) header.d=papers.example.org header.i=@papers.example.org
              header.b=Zx9k2e header.a=rsa-sha256 header.s=s1 x-bits=2048;
            dmarc=none policy.published-domain-policy=none (No DMARC record) header.from=papers.example.org;
            iprev=pass smtp.remote-ip=192.0.2.25 (mail.example.org);
            spf=pass smtp.mailfrom=bounces+1@papers.example.org smtp.helo=mail.example.org
        Received: from mail.example.org (mail.example.org [192.0.2.25])
            by mx3.messagingengine.com (Postfix) with ESMTPS; Mon, 23 Nov 2026 11:00:04 -0500
        """));

    [Fact]
    public void TheFieldsOfOpenDkimAndOpenDmarcAreReadTogether() => Assert.Equal((null, "pass", "pass"), Verdicts("""
        Authentication-Results: mx.example.net; dmarc=pass (p=none dis=none) header.from=papers.example.org
        Authentication-Results: mx.example.net;
        	dkim=pass (2048-bit key; unprotected) header.d=papers.example.org header.i=@papers.example.org
        	header.a=rsa-sha256 header.s=s1 header.b=Zx9k2e;
        	dkim-atps=neutral
        Received: from mail.example.org (mail.example.org [192.0.2.25]) by mx.example.net (Postfix) with ESMTPS
        """));

    [Fact]
    public void AFieldOfAnotherHostBelowIsIgnored() => Assert.Equal(("fail", null, "fail"), Verdicts("""
        Authentication-Results: mx.example.net; spf=fail smtp.mailfrom=papers.example.org;
         dmarc=fail header.from=papers.example.org
        Authentication-Results: elsewhere.example; spf=pass smtp.mailfrom=papers.example.org; dkim=pass
         header.d=papers.example.org; dmarc=pass header.from=papers.example.org
        """));

    [Fact]
    public void AFieldThatCameWithTheMessageIsIgnoredEvenIfItNamesTheReceivingHost() =>
        Assert.Equal(("fail", null, "fail"), Verdicts("""
            Authentication-Results: mx.example.net; spf=fail smtp.mailfrom=papers.example.org;
             dmarc=fail header.from=papers.example.org
            Received: from mail.example.org (mail.example.org [192.0.2.25]) by mx.example.net (Postfix) with ESMTPS
            Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=papers.example.org; dkim=pass
             header.d=papers.example.org; dmarc=pass header.from=papers.example.org
            """));

    [Fact]
    public void OneSignatureThatPassesIsEnough() => Assert.Equal((null, "pass", null), Verdicts("""
        Authentication-Results: mx.example.net; dkim=fail header.d=relay.example; dkim=pass header.d=papers.example.org
        """));

    [Theory]
    [InlineData("dmarc=fail (dmarc=pass; dmarc=pass) header.from=a.example")]
    [InlineData("dmarc=fail (a \\) comment; dmarc=pass (nested; dmarc=pass) ; dmarc=pass) header.from=a.example")]
    [InlineData("dmarc=fail reason=\"; dmarc=pass\" header.from=a.example")]
    [InlineData("dmarc=fail reason=\"a \\\" ; dmarc=pass\" header.from=a.example")]
    [InlineData("dmarc=fail header.from=\"(\"; policy.note=\") ; dmarc=pass\"")]
    public void TextOfTheSenderInCommentsAndQuotesIsNoResult(string result) =>
        Assert.Equal((null, null, "fail"), Verdicts($"Authentication-Results: mx.example.net; {result}"));

    [Fact]
    public void AMethodMayHaveAVersionAndUpperCase() => Assert.Equal(("softfail", null, null), Verdicts(
        "Authentication-Results: mx.example.net 1; SPF/1 = SoftFail smtp.mailfrom=a.example"));

    [Fact]
    public void WithoutAFieldThereAreNoVerdicts() =>
        Assert.Null(AuthenticationVerdicts.Read(Headers("Subject: nothing")));

    [Theory]
    [InlineData("mx.example.net; none")]
    [InlineData(";;;=")]
    [InlineData("")]
    public void AFieldWithoutResultsHasNoVerdictsAndHidesThoseBelow(string field) => Assert.Equal(
        (null, null, null), Verdicts($"""
            Authentication-Results: {field}
            Authentication-Results: elsewhere.example; dmarc=pass header.from=papers.example.org
            """));

    [Fact]
    public void AFieldAsLongAsAMessageIsReadInPart() => Assert.Equal((null, null, null), Verdicts($"""
        Authentication-Results: mx.example.net; x=y ({new string('x', 100_000)}); dmarc=pass header.from=a.example
        Authentication-Results: elsewhere.example; dmarc=pass header.from=papers.example.org
        """));

    [Fact]
    public void TheFieldIsKeptUnfolded() => Assert.Equal(
        "mx.example.net; spf=pass smtp.mailfrom=a.example",
        AuthenticationVerdicts.Read(Headers("""
            Authentication-Results: mx.example.net;
             spf=pass smtp.mailfrom=a.example
            """))!.Text);

    private static (string?, string?, string?) Verdicts(string headers)
    {
        var verdicts = AuthenticationVerdicts.Read(Headers(headers));
        Assert.NotNull(verdicts);
        return (verdicts.Spf, verdicts.Dkim, verdicts.Dmarc);
    }

    private static HeaderList Headers(string text) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(
        text.Replace("\r\n", "\n", StringComparison.Ordinal) + "\nFrom: digest@papers.example.org\n\nbody\n")),
        TestContext.Current.CancellationToken).Headers;
}
