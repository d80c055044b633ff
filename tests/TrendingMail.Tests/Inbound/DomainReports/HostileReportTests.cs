using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Tests.Inbound.DomainReports;

/// <summary>Reports that were made to do harm cost little and are set aside with a reason.</summary>
public sealed class HostileReportTests(ITestOutputHelper output)
{
    private const string Name = "a.example!papers.example.org!1!2.xml.gz";

    private const long MaximumAllocation = 600L << 20;

    private static readonly TimeSpan MaximumTime = TimeSpan.FromSeconds(20);

    private const string Start = """
        <feedback><report_metadata><org_name>a</org_name><report_id>1</report_id>
        <date_range><begin>1795305600</begin><end>1795391999</end></date_range></report_metadata>
        <policy_published><domain>papers.example.org</domain></policy_published>
        """;

    [Fact]
    public void AGzipBombIsNotInflated() => AssertSetAside(
        "it decompresses to more than 250 times its size", ReportMails.Gzip(Bomb));

    [Fact]
    public void AZipBombIsNotInflated() => AssertSetAside(
        "it decompresses to more than 250 times its size", ReportMails.Zip(("a.xml", Bomb)));

    [Fact]
    public void AZipThatLiesAboutItsSizesIsNotInflated()
    {
        var zip = ReportMails.Zip(("a.xml", new byte[20 << 20]));
        // The compressed size in the central directory.
        var directory = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(directory + 20), 0x7FFFFFFF);

        Assert.NotNull(ReadProblem(ReportMails.Attachment(zip, Name)));
    }

    [Fact]
    public void DecompressedContentIsLimited() => AssertSetAside(
        "it is larger than 50 MB when decompressed", ReportMails.Gzip(Pad(60 << 20)));

    [Fact]
    public void AllFilesOfAnArchiveShareTheLimit()
    {
        var content = Pad(15 << 20);

        var readings = Classifier.Classify(ReportMails.Attachment(
            ReportMails.Zip(Enumerable.Range(0, 4).Select(i => ($"{i}.xml", content))), Name)).DomainReports;

        Assert.Equal(
            [null, null, null, "it is larger than 50 MB when decompressed"],
            readings.Select(reading => reading.Problem));
    }

    [Fact]
    public void AnAttachmentAboveTenMegabytesIsNotRead()
    {
        var content = new byte[11 << 20];
        new Random(1).NextBytes(content);

        AssertSetAside("it is larger than 10 MB", content);
    }

    [Fact]
    public async Task AMessageOfAHundredMegabytesIsTruncatedAndSetAside()
    {
        var head = Encoding.ASCII.GetString(ReportMails.Attachment([1], Name)).Split("\n\n")[0] + "\n\n";
        var line = Encoding.ASCII.GetBytes(new string('A', 76) + "\n");
        using var stream = new MemoryStream();
        stream.Write(Encoding.ASCII.GetBytes(head));
        while (stream.Length < 100 << 20)
        {
            stream.Write(line);
        }

        stream.Position = 0;
        var mail = await MailFiles.ReadAsync(stream, "-", TestContext.Current.CancellationToken)
            .FirstAsync(TestContext.Current.CancellationToken);

        Assert.Equal("it is larger than 10 MB", ReadProblem(mail.Bytes));
    }

    [Fact]
    public void ManyFilesInAnArchiveAreNotOpened() => AssertSetAside(
        "its archive has more than 10 files",
        ReportMails.Zip(Enumerable.Range(0, 50_000).Select(i => ($"{i}.xml", Array.Empty<byte>()))));

    [Fact]
    public void AnArchiveInAnArchiveIsNotOpened()
    {
        var inner = ReportMails.Gzip(ReportMails.Sample("yahoo.xml"));

        AssertSetAside("its archive contains another archive", ReportMails.Gzip(inner));
        AssertSetAside(
            "its archive contains another archive", ReportMails.Zip(("a.zip", ReportMails.Zip(("a", inner)))));
    }

    [Fact]
    public void PathsInAnArchiveLeadNowhere()
    {
        var reading = Assert.Single(Classifier.Classify(ReportMails.Attachment(ReportMails.Zip(
            ("../../../../tmp/evil\u001b[31m.xml", ReportMails.Sample("yahoo.xml"))), Name)).DomainReports);

        Assert.Equal((128L, "evil [31m.xml"), (reading.Report!.Total, reading.FileName));
        Assert.False(File.Exists("/tmp/evil.xml"));
    }

    [Theory]
    [InlineData("""<!DOCTYPE f [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><feedback>&b;</feedback>""")]
    [InlineData("""<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><feedback>&x;</feedback>""")]
    [InlineData("""<!DOCTYPE f SYSTEM "http://127.0.0.1:9/f.dtd"><feedback/>""")]
    public void ADocumentTypeIsNotProcessed(string xml) =>
        Assert.Contains("DTD is prohibited", ReadProblem(xml), StringComparison.Ordinal);

    [Fact]
    public void DeeplyNestedElementsAreNotRead() => Assert.Equal(
        "its elements are nested more than 16 levels deep",
        ReadProblem(Start + string.Concat(Enumerable.Repeat("<a>", 1_000_000))));

    [Fact]
    public void NeitherIsDeeplyNestedJson() => Assert.Contains(
        "its JSON is invalid", ReadProblem("{\"policies\":" + new string('[', 1_000_000)), StringComparison.Ordinal);

    [Fact]
    public void ALongTextOrTagIsNotHeldInMemory()
    {
        foreach (var token in (string[])
            [
                new string('x', 1 << 20), $"<a b='{new string('x', 1 << 20)}'/>",
                $"<![CDATA[{string.Concat(Enumerable.Repeat("<a>", 1 << 18))}]]>",
            ])
        {
            Assert.Equal(
                "it has an element of more than 64 KB", ReadProblem($"{Start}<record>{token}</record></feedback>"));
        }
    }

    [Fact]
    public void ShortCharacterDataIsRead()
    {
        var document = Encoding.UTF8.GetString(ReportMails.Sample("yahoo.xml"))
            .Replace("<org_name>Yahoo<", "<org_name><![CDATA[Yahoo <&> ]]]]>]<", StringComparison.Ordinal);

        var message = Classifier.Classify(ReportMails.Attachment(Encoding.UTF8.GetBytes(document), Name));

        Assert.Equal("Yahoo <&> ]]]", Assert.Single(message.DomainReports).Report!.Organization);
    }

    [Fact]
    public void ManyDifferentNamesAreNotKept() => Assert.Equal(
        "it has more than 1000 different elements",
        ReadProblem(Start + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"<a{i}/>")) + "</feedback>"));

    [Fact]
    public void ARecordOfManyElementsIsNotRead() => Assert.Equal(
        "it has a record of more than 1000 elements",
        ReadProblem($"{Start}<record>{string.Concat(Enumerable.Repeat("<a/>", 100_000))}</record></feedback>"));

    [Fact]
    public void ManyRecordsAreNotRead() => Assert.Equal(
        "it has more than 50000 records",
        ReadProblem(Start + string.Concat(Enumerable.Repeat("<record/>", 60_000)) + "</feedback>"));

    [Theory]
    [InlineData("", "it is no DMARC report", "its XML is invalid")]
    [InlineData("unused", "its XML is invalid", "")]
    [InlineData("<html/>", "it is no DMARC report", "")]
    [InlineData("<feedback>", "its XML is invalid", "")]
    [InlineData("<feedback/>", "it does not say which domain it is about", "")]
    [InlineData("{}", "it is no TLS report", "")]
    [InlineData("{\"policies\": {}}", "it is no TLS report", "")]
    [InlineData("{\"policies\": [1, null, \"\"]}", "it does not say which domain it is about", "")]
    [InlineData("{\"policies\": [{\"policy\": {\"policy-domain\": \"\\ud800\"}}]}", "its content is damaged", "")]
    public void WhatIsNoReportIsSetAsideWithAReason(string document, string reason, string otherReason)
    {
        var problem = ReadProblem(document);

        Assert.True(
            problem!.StartsWith(reason, StringComparison.Ordinal) ||
            (otherReason.Length > 0 && problem.StartsWith(otherReason, StringComparison.Ordinal)), problem);
    }

    [Fact]
    public void DamagedArchivesAreSetAside()
    {
        var gzip = ReportMails.Gzip(ReportMails.Sample("google.xml"));
        var zip = ReportMails.Zip(("a.xml", ReportMails.Sample("google.xml")));
        foreach (var damaged in (byte[][])[gzip[..^200], zip[..^30], [.. gzip[..60], .. new byte[200]]])
        {
            Assert.NotNull(ReadProblem(ReportMails.Attachment(damaged, Name)));
        }
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("99999999999999999999")]
    [InlineData("5000000000")]
    [InlineData("1e3")]
    public void AbsurdCountsAreLeftOut(string count)
    {
        var reading = Assert.Single(Classifier.Classify(ReportMails.Attachment(
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(ReportMails.Sample("yahoo.xml"))
                .Replace("<count>88<", $"<count>{count}<", StringComparison.Ordinal)), Name)).DomainReports);

        Assert.Equal((40L, 1), (reading.Report!.Total, reading.Report.SkippedRecords));
    }

    [Fact]
    public void ADamagedReportDoesNotKeepTheOthersInItsArchive()
    {
        var message = Classifier.Classify(ReportMails.Attachment(ReportMails.Zip(
            ("a.xml", "<feedback>"u8.ToArray()), ("read me.txt", "Reports."u8.ToArray()),
            ("b.xml", ReportMails.Sample("yahoo.xml"))), Name));

        Assert.Equal(
            [("a.xml", true), ("b.xml", false)],
            message.DomainReports.Select(reading => (reading.FileName, reading.Report is null)));
    }

    [Fact]
    public void MoreAttachmentsThanAreReadAreAProblem()
    {
        const string Boundary = "--=_report_cut\n";
        var report = Encoding.UTF8.GetString(ReportMails.Multipart(
            ReportMails.Sample("yahoo.xml"), Name, "text/xml", "Report domain: papers.example.org"));
        var (start, end) = (report.LastIndexOf(Boundary, StringComparison.Ordinal), report.LastIndexOf(
            "--=_report_cut--", StringComparison.Ordinal));
        var part = report[start..end];
        var mail = report.Replace(part, string.Concat(Enumerable.Repeat(part, 12)), StringComparison.Ordinal);

        var readings = Classifier.Classify(Encoding.UTF8.GetBytes(mail)).DomainReports;

        Assert.Equal((11, "its message has more than 10 attachments"), (readings.Count, readings[^1].Problem));
    }

    [Fact]
    public void AnArchiveOfSomethingElseIsNoReport()
    {
        var mail = ReportMails.Attachment(
            ReportMails.Zip(("thesis.docx", "not XML"u8.ToArray())), "thesis.zip", from: "ada@university.example",
            subject: "My thesis");

        Assert.Empty(Classifier.Classify(mail).DomainReports);
    }

    [Fact]
    public void ABounceWithAReportStaysABounce()
    {
        var mail = Encoding.UTF8.GetString(ReportMails.Multipart(
            ReportMails.Sample("yahoo.xml"), Name, "text/xml", "Undelivered mail", "report"))
            .Replace("--=_report_cut--", """
                --=_report_cut
                Content-Type: message/delivery-status

                Reporting-MTA: dns; relay.example

                Final-Recipient: rfc822; ada@shop.example
                Action: failed
                Status: 5.1.1
                --=_report_cut--
                """, StringComparison.Ordinal);

        var message = Classifier.Classify(Encoding.UTF8.GetBytes(mail));

        Assert.Equal((InboundKind.Bounce, 0), (message.Kind, message.DomainReports.Count));
    }

    /// <summary>Well-formed so far, and nearly all the same.</summary>
    private static byte[] Bomb => Encoding.ASCII.GetBytes(
        Start + string.Concat(Enumerable.Repeat("<a/>", 30 << 20 >> 2)));

    /// <summary>A report with comments that compress by less than the limit.</summary>
    private static byte[] Pad(int length)
    {
        var noise = new byte[15_000];
        new Random(1).NextBytes(noise);
        var comment = $"<!--{Convert.ToBase64String(noise)}-->";
        return Encoding.ASCII.GetBytes(
            $"{Start}{string.Concat(Enumerable.Repeat(comment, length / comment.Length))}</feedback>");
    }

    /// <summary>Whatever is damaged in a report, the classifier returns.</summary>
    [Fact]
    public void DamagedReportsAreClassified()
    {
        byte[][] documents =
        [
            ReportMails.Sample("fastmail.xml"), ReportMails.Gzip(ReportMails.Sample("google.xml")),
            ReportMails.Zip(
                ("a.xml", ReportMails.Sample("yahoo.xml")), ("b.json", ReportMails.Sample("mailru-tls.json"))),
            ReportMails.Sample("postfix-tls.json"), ReportMails.Gzip(ReportMails.Sample("google-tls.json")),
        ];
        var random = new Random(17);
        for (var i = 0; i < 4 * Cases.Default; i++)
        {
            var document = (byte[])documents[i % documents.Length].Clone();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                document[random.Next(document.Length)] = (byte)random.Next(256);
            }

            var cut = random.Next(5) == 0 ? document[..random.Next(document.Length)] : document;
            Assert.All(Classifier.Classify(ReportMails.Attachment(cut, Name)).DomainReports, reading =>
                Assert.True(reading.Report is null != reading.Problem is null));
        }
    }

    private void AssertSetAside(string problem, byte[] attachment) =>
        Assert.Equal(problem, ReadProblem(ReportMails.Attachment(attachment, Name)));

    private string? ReadProblem(string document) => ReadProblem(ReportMails.Attachment(
        ReportMails.Zip([("a.xml", Encoding.UTF8.GetBytes(document))]), Name)) is { } problem &&
        !problem.StartsWith("it decompresses", StringComparison.Ordinal)
            ? problem
            : ReadProblem(ReportMails.Attachment(Encoding.UTF8.GetBytes(document), Name));

    private string? ReadProblem(ReadOnlyMemory<byte> mail)
    {
        var (allocated, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());

        var reading = Classifier.Classify(mail).DomainReports[^1];

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        output.WriteLine($"{watch.ElapsedMilliseconds} ms, {allocated >> 20} MB: {reading.Problem}");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, MaximumTime);
        Assert.InRange(allocated, 0, MaximumAllocation);
        return reading.Problem;
    }
}
