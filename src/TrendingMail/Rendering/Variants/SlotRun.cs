using System.Runtime.InteropServices;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;

namespace TrendingMail.Rendering.Variants;

/// <summary>
/// One run of templates in which the values that differ from reader to reader are marks: each stands where the value will
/// stand, and may only be written, by a statement that is nothing else: <c>{{ links.unsubscribe }}</c>. A template that
/// does more with one (a condition, a filter, an argument) is found out, whatever it does.
/// </summary>
public sealed class SlotRun
{
    // Noncharacters (Unicode 23.7) around the slot's number: no text has them, and HTML needs no escape in their place.
    private const char Opening = '\uFDD0';

    private const char Closing = '\uFDD1';

    /// <summary>Stands for slot 0; of private use, like those after it.</summary>
    private const char FirstNumber = '\uE000';

    internal const int MarkLength = 3;

    private const string ForeignMark = "a template writes what is taken for a reader's value";

    private readonly List<int> written = [];

    /// <summary>The slots in the order in which they were written.</summary>
    internal ReadOnlySpan<int> Written => CollectionsMarshal.AsSpan(written);

    /// <summary>The first use that is more than writing, with its file and line; null where all is well.</summary>
    public string? Misuse { get; private set; }

    /// <summary>Stands for a reader's value.</summary>
    /// <param name="end">What follows the value, the same for all readers: letters, digits and dots.</param>
    public object Slot(int slot, string end = "") => new SlotMark(this, slot, end);

    /// <summary>What templates see as <c>reader</c> or <c>links</c>: slots, and what is the same for all readers.</summary>
    public IScriptObject Members(params ReadOnlySpan<(string Name, object? Value)> members) => Members(Model.Of(members));

    public IScriptObject Members(ScriptObject members) => new SlotScope(this, members);

    /// <summary>At most how many bytes a text with marks takes in a mail, the cards in it not counted.</summary>
    /// <param name="longestValue">Bytes of a reader's value.</param>
    public static int SizeOf(string text, int longestValue)
    {
        var (size, start) = (0, 0);
        while (Next(text, start) is (var mark and >= 0, var slot))
        {
            size += EncodedSize.Of(text.AsSpan(start, mark - start)) + (slot < Card.FirstSlot ? longestValue : 0);
            start = mark + MarkLength;
        }

        return size + EncodedSize.Of(text.AsSpan(start));
    }

    /// <summary>Why texts do not hold the marks that were written into them, no more and no less; null where they do.</summary>
    /// <param name="texts">In the order in which they were made.</param>
    internal string? FaultIn(params ReadOnlySpan<string> texts)
    {
        var left = Written;
        foreach (var text in texts)
        {
            for (var at = 0; Next(text, at) is (var mark and >= 0, var slot); at = mark + MarkLength)
            {
                if (left.IsEmpty || left[0] != slot)
                {
                    return Misuse ?? ForeignMark;
                }

                left = left[1..];
            }
        }

        return Misuse ?? (left.IsEmpty ? null : ForeignMark);
    }

    /// <summary>The same for a text that is put into another: no mark may come of both together.</summary>
    internal string? FaultInPiece(string text) => FaultIn(text) ??
        (text.Length < MarkLength || text.AsSpan(0, 2).Contains(Closing) || text.AsSpan(text.Length - 2).Contains(Opening)
            ? ForeignMark
            : null);

    internal static string Mark(int slot) => $"{Opening}{(char)(FirstNumber + slot)}{Closing}";

    /// <summary>Where in a text the next mark begins, and which slot it is of; -1 where there is none.</summary>
    internal static (int At, int Slot) Next(ReadOnlySpan<char> text, int from)
    {
        while (text[from..].IndexOf(Opening) is var found and >= 0)
        {
            var at = from + found;
            if (at + MarkLength <= text.Length && text[at + 2] == Closing)
            {
                return (at, text[at + 1] - FirstNumber);
            }

            from = at + 1;
        }

        return (-1, -1);
    }

    internal string Write(SlotMark mark, SourceSpan span, bool isCaught)
    {
        if (isCaught)
        {
            Tell(span);
        }

        written.Add(mark.Slot);
        return Mark(mark.Slot) + mark.End;
    }

    internal void Tell(SourceSpan span) =>
        Misuse ??= $"Template {span.FileName}, line {span.Start.Line + 1}, column {span.Start.Column + 1}: what differs from " +
            "reader to reader may only be written as it is";
}

/// <summary>Stands for a reader's value in a <see cref="SlotRun"/>.</summary>
internal sealed record SlotMark(SlotRun Run, int Slot, string End)
{
    /// <summary>Where anything but the writing of a slot makes text of it.</summary>
    public override string ToString()
    {
        Run.Tell(default);
        return "";
    }
}

/// <summary>What a template sees in a reader's place: members can be read, and nothing else.</summary>
internal sealed class SlotScope(SlotRun run, ScriptObject members) : IScriptObject
{
    public int Count => Misused(0);

    public bool IsReadOnly
    {
        get => true;
        set => Misused(value);
    }

    public IEnumerable<string> GetMembers() => Misused<string[]>([]);

    public bool Contains(string member) => members.ContainsKey(member);

    public bool TryGetValue(TemplateContext? context, SourceSpan span, string member, out object? value)
    {
        var isThere = members.TryGetValue(member, out value);
        if (value is SlotMark && !(context is TextTemplateContext running && running.WritesOnly(span)))
        {
            run.Tell(span);
        }

        return isThere;
    }

    public bool CanWrite(string member) => false;

    public bool TrySetValue(TemplateContext? context, SourceSpan span, string member, object? value, bool readOnly) => false;

    public bool Remove(string member) => false;

    public void SetReadOnly(string member, bool readOnly) => Misused(readOnly);

    public IScriptObject Clone(bool deep) => Misused(this);

    public override string ToString() => Misused("");

    private T Misused<T>(T value)
    {
        run.Tell(default);
        return value;
    }
}
