namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>
/// The text of an XML document in which every tag and every text is short: a parser would hold a long one in memory as
/// a whole. White space before the document, which some reports have, is removed.
/// </summary>
internal sealed class BoundedText(TextReader text) : TextReader
{
    private const string CDataStart = "<![CDATA[";

    private bool hasStarted;

    private int tokenLength;

    /// <summary>How much of the start of a CDATA section has been seen.</summary>
    private int matched;

    private bool isInCData;

    private int closingBrackets;

    public override int Read()
    {
        Span<char> character = stackalloc char[1];
        return Read(character) == 0 ? -1 : character[0];
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var read = text.Read(buffer);
        while (!hasStarted && read > 0)
        {
            var content = ((ReadOnlySpan<char>)buffer[..read]).TrimStart("\uFEFF \t\r\n");
            hasStarted = content.Length > 0;
            content.CopyTo(buffer);
            read = hasStarted ? content.Length : text.Read(buffer);
        }

        foreach (var character in buffer[..read])
        {
            Check(character);
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            text.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Check(char character)
    {
        if (++tokenLength > ReportLimits.TokenCharacters)
        {
            throw new UnreadableReportException(
                $"it has an element of more than {ReportLimits.TokenCharacters >> 10} KB");
        }

        if (isInCData)
        {
            isInCData = character != '>' || closingBrackets < 2;
            closingBrackets = character == ']' ? closingBrackets + 1 : 0;
            return;
        }

        if (character == '<')
        {
            (tokenLength, matched) = (0, 1);
        }
        else if (matched > 0)
        {
            matched = character == CDataStart[matched] ? matched + 1 : 0;
            isInCData = matched == CDataStart.Length;
            matched = isInCData ? 0 : matched;
        }
    }
}
