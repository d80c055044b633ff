using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TrendingMail.Editions;
using TrendingMail.Rendering.Variants;

namespace TrendingMail.Digests;

/// <summary>
/// Papers as digests show them, each rendered once in a language and a format for all who get it: a paper is the same
/// whatever its place and whatever brought it there. They last as long as the edition that their papers were read with.
/// </summary>
internal sealed class DigestCards(DigestRenderer renderer)
{
    private readonly ConditionalWeakTable<FrozenPaper, ConcurrentDictionary<Form, Card>> cards = [];

    /// <param name="isFirst">Whether it stands above all others.</param>
    /// <param name="templates">The templates' version.</param>
    public Card Find(ChosenPaper chosen, bool isFirst, string language, bool isHtml, int templates) => cards
        .GetValue(chosen.Paper, _ => new ConcurrentDictionary<Form, Card>())
        .GetOrAdd(
            new Form(chosen.PaperId, chosen.Brief, isFirst, language, isHtml, templates),
            static (form, make) => Make(form, make.chosen, make.renderer),
            (chosen, renderer));

    private static Card Make(Form form, ChosenPaper chosen, DigestRenderer renderer)
    {
        var run = new SlotRun();
        var text = renderer.Paper(chosen, form.IsFirst, DigestSlots.PaperLinks(run, chosen), form.Language, form.IsHtml);
        return Card.Of(text, run, form.IsHtml, renderer.LongestValue);
    }

    private readonly record struct Form(long PaperId, bool Brief, bool IsFirst, string Language, bool IsHtml, int Templates);
}
