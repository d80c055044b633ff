using System.Text;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// A fragment shared by many variants: rendered, encoded and measured once. Its first and last lines may be parts of
/// lines of the layout and are encoded together with it; the lines between are whole.
/// </summary>
internal sealed class RenderedFragment
{
    /// <summary>Placeholders from this number on stand for fragments.</summary>
    public const int FirstPlaceholder = 64;

    private readonly string firstLine;

    private readonly Block? middle;

    private readonly string lastLine;

    private RenderedFragment(string firstLine, Block? middle, string lastLine, int size, string? fallbackReason)
    {
        this.firstLine = firstLine;
        this.middle = middle;
        this.lastLine = lastLine;
        Size = size;
        FallbackReason = fallbackReason;
    }

    /// <summary>An upper bound for its size in a message, in bytes.</summary>
    public int Size { get; }

    /// <summary>Why messages with this fragment must be composed individually; null if they need not be.</summary>
    public string? FallbackReason { get; }

    /// <summary>The placeholder that stands for a fragment in the layout of a part.</summary>
    /// <param name="index">The index of the fragment in the message.</param>
    public static int PlaceholderFor(int index, bool isHtml) => FirstPlaceholder + (2 * index) + (isHtml ? 1 : 0);

    /// <param name="text">The rendered text, with markers of the recorder.</param>
    /// <param name="longestValue">See <see cref="PlaceholderRecorder.SizeUpperBound"/>.</param>
    public static RenderedFragment Create(string text, PlaceholderRecorder recorder, bool isHtml, int longestValue)
    {
        var size = PlaceholderRecorder.SizeUpperBound(text, longestValue);
        if (recorder.FindFragmentMismatch(text) is { } mismatch)
        {
            return new RenderedFragment("", null, "", size, mismatch);
        }

        var begin = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        var end = text.LastIndexOf('\n') + 1;
        return end > begin
            ? new RenderedFragment(text[..begin], new Block(text[begin..end], isHtml), text[end..], size, null)
            : new RenderedFragment(text, null, "", size, null);
    }

    /// <param name="pending">Text that is not yet split into blocks.</param>
    public void AppendTo(StringBuilder pending, bool isHtml, BlockPool pool, List<Block> blocks)
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
