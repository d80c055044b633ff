using System.Text;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// A message that many subscribers get, rendered, encoded and split into blocks once. Composing it for a subscriber
/// means copying the blocks and filling in the placeholders.
/// </summary>
internal sealed class MailVariant
{
    private readonly HeaderTemplate headerTemplate;

    private readonly byte[] subjectField;

    private readonly Block[] blocks;

    private MailVariant(HeaderTemplate headerTemplate, byte[] subjectField, Block[] blocks)
    {
        this.headerTemplate = headerTemplate;
        this.subjectField = subjectField;
        this.blocks = blocks;
    }

    /// <summary>The approximate memory use in bytes, without the shared blocks.</summary>
    public int EstimatedBytes => 1024 + (8 * blocks.Length);

    /// <param name="fallbackReason">
    /// Why there is no variant, for example a template that does more than write a placeholder.
    /// </param>
    public static MailVariant? TryCreate(
        SharedRendering rendering, HeaderTemplate headerTemplate, BlockPool pool, out string? fallbackReason)
    {
        var (layout, recorder, textFragments, htmlFragments, _) = rendering;

        // The HTML is rendered before the text.
        fallbackReason = layout.Html is null
            ? recorder.FindMismatch(layout.Text)
            : recorder.FindMismatch(layout.Html, layout.Text);
        fallbackReason ??= textFragments.Concat(htmlFragments)
            .FirstOrDefault(fragment => fragment.FallbackReason is not null)?.FallbackReason;
        fallbackReason ??= layout.Text.Length == 0 || layout.Html is "" ? "a part is empty" : null;
        if (fallbackReason is not null)
        {
            return null;
        }

        List<Block> blocks =
        [
            headerTemplate.PartDelimiters[0],
            .. Assemble(layout.Text, textFragments, isHtml: false, pool),
            headerTemplate.PartDelimiters[1],
        ];
        if (layout.Html is not null)
        {
            blocks.AddRange(
                [.. Assemble(layout.Html, htmlFragments, isHtml: true, pool), headerTemplate.PartDelimiters[2]]);
        }

        return new MailVariant(headerTemplate, HeaderTemplate.FormatSubjectField(layout.Subject), [.. blocks]);
    }

    /// <returns>False, with nothing written, if only MimeKit can write one of the values.</returns>
    public bool TryWriteHeader(RecipientHeader recipient, WireBuffer output) =>
        headerTemplate.TryWriteHeader(recipient, subjectField, output);

    public void WriteBody(PlaceholderValues values, WireBuffer output)
    {
        foreach (var block in blocks)
        {
            block.Write(values, output);
        }
    }

    private static List<Block> Assemble(string layout, RenderedFragment[] fragments, bool isHtml, BlockPool pool)
    {
        var blocks = new List<Block>();
        var fragmentsByPlaceholder = Enumerable.Range(0, fragments.Length)
            .ToDictionary(index => RenderedFragment.PlaceholderFor(index, isHtml), index => fragments[index]);
        var pending = new StringBuilder();
        var start = 0;
        var at = 0;
        while (PlaceholderRecorder.FindNext(layout, at) is (var markerStart and >= 0, var placeholder))
        {
            at = markerStart + PlaceholderRecorder.MarkerLength;
            if (fragmentsByPlaceholder.TryGetValue(placeholder, out var fragment))
            {
                pending.Append(layout, start, markerStart - start);
                fragment.AppendTo(pending, isHtml, pool, blocks);
                start = at;
            }
        }

        pool.Split(pending.Append(layout, start, layout.Length - start).ToString(), isHtml, blocks);
        return blocks;
    }
}
