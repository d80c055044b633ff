using System.Text;
using System.Xml;

namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>An element of a report. Namespaces are ignored, because each sender has its own idea of them.</summary>
internal sealed record ReportElement(string Name, string Text, IReadOnlyList<ReportElement> Elements)
{
    /// <summary>The first element of this name; null if there is none.</summary>
    public ReportElement? Find(string name) => Elements.FirstOrDefault(element => element.Name == name);

    public IEnumerable<ReportElement> FindAll(string name) => Elements.Where(element => element.Name == name);

    /// <summary>The text of the first element of this name; null if there is none or it is empty.</summary>
    public string? TextAt(string name) => Find(name)?.Text is { Length: > 0 } text ? text : null;
}

/// <summary>
/// Reads XML without a DTD, entities or external files, in bounded memory: at a limit, the document is rejected.
/// </summary>
internal static class ReportXml
{
    private const int MaximumTextLength = 1_000;

    public static XmlReader Open(DocumentStream document) => XmlReader.Create(
        new BoundedText(document.OpenText()), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CheckCharacters = false,
            CloseInput = true,
            NameTable = new BoundedNameTable(),
        });

    /// <summary>Reads the element at the current position, and moves behind it.</summary>
    public static ReportElement ReadElement(XmlReader xml)
    {
        var remaining = ReportLimits.ElementsOfRecord;
        return ReadElement(xml, ref remaining);
    }

    /// <summary>Moves behind the element at the current position.</summary>
    public static void SkipElement(XmlReader xml)
    {
        var depth = xml.Depth;
        if (!xml.IsEmptyElement)
        {
            while (xml.Read() && xml.Depth > depth)
            {
                CheckDepth(xml);
            }
        }

        xml.Read();
    }

    private static ReportElement ReadElement(XmlReader xml, ref int remaining)
    {
        CheckDepth(xml);
        if (--remaining < 0)
        {
            throw new UnreadableReportException(
                $"it has a record of more than {ReportLimits.ElementsOfRecord} elements");
        }

        var (name, text, elements) = (xml.LocalName, new StringBuilder(), new List<ReportElement>());
        if (xml.IsEmptyElement)
        {
            xml.Read();
            return new ReportElement(name, "", []);
        }

        xml.Read();
        while (xml.NodeType != XmlNodeType.EndElement)
        {
            if (xml.NodeType == XmlNodeType.Element)
            {
                elements.Add(ReadElement(xml, ref remaining));
                continue;
            }

            if (text.Length < MaximumTextLength && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                text.Append(xml.Value);
            }

            xml.Read();
        }

        xml.Read();
        return new ReportElement(name, text.ToString().Trim(), elements);
    }

    private static void CheckDepth(XmlReader xml)
    {
        if (xml.Depth > ReportLimits.Depth)
        {
            throw new UnreadableReportException($"its elements are nested more than {ReportLimits.Depth} levels deep");
        }
    }

    /// <summary>The parser keeps every name that it sees; a report has a few dozen.</summary>
    private sealed class BoundedNameTable : NameTable
    {
        private int count;

        public override string Add(string key) => Get(key) ?? base.Add(Count(key));

        public override string Add(char[] key, int start, int len) =>
            Get(key, start, len) ?? base.Add(Count(key), start, len);

        private T Count<T>(T key) => ++count <= ReportLimits.Names
            ? key
            : throw new UnreadableReportException($"it has more than {ReportLimits.Names} different elements");
    }
}
