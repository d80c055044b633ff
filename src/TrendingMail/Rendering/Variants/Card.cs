using System.Text;

namespace TrendingMail.Rendering.Variants;

/// <summary>
/// A piece that many variants have, a paper: rendered, encoded and measured once. Its first line may begin before it, so that
/// this is encoded with what stands there; the others are whole lines.
/// </summary>
public sealed class Card
{
    /// <summary>Slots from here on stand for cards.</summary>
    internal const int FirstSlot = 64;

    private readonly string first;

    private readonly Block? rest;

    private readonly string last;

    private Card(string first, Block? rest, string last, int size, string? fault)
    {
        this.first = first;
        this.rest = rest;
        this.last = last;
        Size = size;
        Fault = fault;
    }

    /// <summary>At most how many bytes it takes in a mail.</summary>
    public int Size { get; }

    /// <summary>Why mails with it have to be made one by one; null where they have not.</summary>
    public string? Fault { get; }

    /// <summary>The slot at which a card stands in the frame of its part.</summary>
    /// <param name="place">Of the card among those of the mail.</param>
    public static int SlotOf(int place, bool isHtml) => FirstSlot + (2 * place) + (isHtml ? 1 : 0);

    /// <param name="text">What a template made of marks in the run.</param>
    /// <param name="longestValue">See <see cref="SlotRun.SizeOf"/>.</param>
    public static Card Of(string text, SlotRun run, bool isHtml, int longestValue)
    {
        var size = SlotRun.SizeOf(text, longestValue);
        if (run.FaultInPiece(text) is { } fault)
        {
            return new Card("", null, "", size, fault);
        }

        var begin = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        var end = text.LastIndexOf('\n') + 1;
        return end > begin
            ? new Card(text[..begin], new Block(text[begin..end], isHtml), text[end..], size, null)
            : new Card(text, null, "", size, null);
    }

    /// <param name="open">What was not cut into blocks yet.</param>
    internal void AppendTo(StringBuilder open, bool isHtml, BlockPool pool, List<Block> blocks)
    {
        open.Append(first);
        if (rest is not null)
        {
            pool.Cut(open.ToString(), isHtml, blocks);
            blocks.Add(rest);
            open.Clear().Append(last);
        }
    }
}
