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

    /// <param name="content">What the templates made of marks in the run.</param>
    /// <returns>Null where it cannot be: a template does more with a reader's value than write it, or writes it into the
    /// subject; <see cref="SlotRun.Misuse"/> may say where.</returns>
    public static MailVariant? Of(MailContent content, SlotRun run, MailForm form, BlockPool pool)
    {
        if (run.Misuse is not null || content.Html is null == form.HasHtml || content.Text.Length == 0 || content.Html is "")
        {
            return null;
        }

        // The HTML is written before the text.
        var written = run.Written;
        var html = content.Html?.ReplaceLineEndings("\n");
        var text = content.Text.ReplaceLineEndings("\n");
        if ((html is not null && !Holds(html, ref written)) || !Holds(text, ref written) || !written.IsEmpty)
        {
            return null;
        }

        var blocks = new List<Block> { form.Frames[0] };
        blocks.AddRange(pool.Cut(text, isHtml: false));
        blocks.Add(form.Frames[1]);
        if (html is not null)
        {
            blocks.AddRange(pool.Cut(html, isHtml: true));
            blocks.Add(form.Frames[2]);
        }

        return new MailVariant(form, MailForm.SubjectField(content.Subject), [.. blocks]);
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

    /// <summary>Whether the marks in a text are those that were written, no more and no less.</summary>
    private static bool Holds(string text, ref ReadOnlySpan<int> written)
    {
        for (var at = 0; SlotRun.Next(text, at) is (var mark and >= 0, var slot); at = mark + SlotRun.MarkLength)
        {
            if (written.IsEmpty || written[0] != slot)
            {
                return false;
            }

            written = written[1..];
        }

        return true;
    }
}
