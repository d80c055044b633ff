using System.Text;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// A paper shared by many variants: rendered, encoded and measured once. Its first and last lines may be parts of lines
/// of the layout and are encoded together with it; the lines between are whole.
/// </summary>
public sealed class RenderedPaper
{
    /// <summary>Placeholders from this number on stand for papers.</summary>
    internal const int FirstPlaceholder = 64;

    private readonly string firstLine;

    private readonly Block? middle;

    private readonly string lastLine;

    private RenderedPaper(string firstLine, Block? middle, string lastLine, int size, string? fallbackReason)
    {
        this.firstLine = firstLine;
        this.middle = middle;
        this.lastLine = lastLine;
        Size = size;
        FallbackReason = fallbackReason;
    }

    /// <summary>An upper bound for its size in a message, in bytes.</summary>
    public int Size { get; }

    /// <summary>Why messages with this paper must be composed individually; null if they need not be.</summary>
    public string? FallbackReason { get; }

    /// <summary>The placeholder that stands for a paper in the layout of a part.</summary>
    /// <param name="index">The index of the paper in the message.</param>
    public static int PlaceholderFor(int index, bool isHtml) => FirstPlaceholder + (2 * index) + (isHtml ? 1 : 0);

    /// <param name="text">The rendered text, with markers of the recorder.</param>
    /// <param name="longestValue">See <see cref="PlaceholderRecorder.SizeUpperBound"/>.</param>
    public static RenderedPaper Create(string text, PlaceholderRecorder recorder, bool isHtml, int longestValue)
    {
        var size = PlaceholderRecorder.SizeUpperBound(text, longestValue);
        if (recorder.FindFragmentMismatch(text) is { } mismatch)
        {
            return new RenderedPaper("", null, "", size, mismatch);
        }

        var begin = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        var end = text.LastIndexOf('\n') + 1;
        return end > begin
            ? new RenderedPaper(text[..begin], new Block(text[begin..end], isHtml), text[end..], size, null)
            : new RenderedPaper(text, null, "", size, null);
    }

    /// <param name="pending">Text that is not yet split into blocks.</param>
    internal void AppendTo(StringBuilder pending, bool isHtml, BlockPool pool, List<Block> blocks)
    {
        pending.Append(firstLine);
        if (middle is not null)
        {
            pool.Split(pending.ToString(), isHtml, blocks);
            blocks.Add(middle);
            pending.Clear().Append(lastLine);
        }
    }
}
