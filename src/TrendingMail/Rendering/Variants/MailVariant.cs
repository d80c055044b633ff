using System.Text;

namespace TrendingMail.Rendering.Variants;

/// <summary>
/// A mail that many readers get, rendered, encoded and cut once. What is left to do for a reader is to copy, and to put the
/// reader's own values where they belong.
/// </summary>
public sealed class MailVariant
{
    private readonly MailForm form;

    private readonly byte[] subjectField;

    private readonly Block[] blocks;

    private MailVariant(MailForm form, byte[] subjectField, Block[] blocks)
    {
        this.form = form;
        this.subjectField = subjectField;
        this.blocks = blocks;
    }

    /// <summary>About how much memory it takes beside the blocks that it shares, in bytes.</summary>
    public int Held => 1024 + (8 * blocks.Length);

    /// <param name="frame">What the templates made of marks in the run, with marks where cards stand.</param>
    /// <param name="fault">Why it cannot be: a template does more with a reader's value than write it, say.</param>
    public static MailVariant? TryMake(
        MailContent frame, SlotRun run, IReadOnlyList<Card> textCards, IReadOnlyList<Card> htmlCards, MailForm form, BlockPool pool,
        out string? fault)
    {
        // The HTML is written before the text.
        fault = frame.Html is null ? run.FaultIn(frame.Text) : run.FaultIn(frame.Html, frame.Text);
        fault ??= textCards.Concat(htmlCards).FirstOrDefault(card => card.Fault is not null)?.Fault;
        fault ??= frame.Text.Length == 0 || frame.Html is "" ? "a part has no text" : null;
        if (fault is not null)
        {
            return null;
        }

        List<Block> blocks = [form.Frames[0], .. Assemble(frame.Text, textCards, isHtml: false, pool), form.Frames[1]];
        if (frame.Html is not null)
        {
            blocks.AddRange([.. Assemble(frame.Html, htmlCards, isHtml: true, pool), form.Frames[2]]);
        }

        return new MailVariant(form, MailForm.SubjectField(frame.Subject), [.. blocks]);
    }

    /// <returns>False, with nothing written, where a value is one that only MimeKit can write.</returns>
    public bool TryWriteHeader(ReaderHeader reader, WireBuffer output) => form.TryWriteHeader(reader, subjectField, output);

    public void WriteBody(SlotValues values, WireBuffer output)
    {
        foreach (var block in blocks)
        {
            block.Write(values, output);
        }
    }

    private static List<Block> Assemble(string frame, IReadOnlyList<Card> cards, bool isHtml, BlockPool pool)
    {
        var blocks = new List<Block>();
        var slots = Enumerable.Range(0, cards.Count).ToDictionary(place => Card.SlotOf(place, isHtml), place => cards[place]);
        var open = new StringBuilder();
        var start = 0;
        for (var at = 0; SlotRun.Next(frame, at) is (var mark and >= 0, var slot); at = mark + SlotRun.MarkLength)
        {
            if (slots.TryGetValue(slot, out var card))
            {
                open.Append(frame, start, mark - start);
                card.AppendTo(open, isHtml, pool, blocks);
                start = mark + SlotRun.MarkLength;
            }
        }

        pool.Cut(open.Append(frame, start, frame.Length - start).ToString(), isHtml, blocks);
        return blocks;
    }
}
