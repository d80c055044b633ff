using System.Runtime.InteropServices;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using TrendingMail.Messages.Mime;
using TrendingMail.Templates;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// Records where templates write values that differ between subscribers. During one rendering a placeholder stands for
/// each such value. A template may only write it, in a statement of its own: <c>{{ links.unsubscribe }}</c>. Any other
/// use (a condition, a filter, an argument) is detected.
/// </summary>
internal sealed class PlaceholderRecorder : ModelValues
{
    // Unicode noncharacters (section 23.7) around the number: they do not occur in text and need no escaping in HTML.
    private const char Opening = '\uFDD0';

    private const char Closing = '\uFDD1';

    /// <summary>The character for placeholder 0; like the following ones, it is in the private use area.</summary>
    private const char FirstNumber = '\uE000';

    public const int MarkerLength = 3;

    private const string ForeignMarker = "a template writes text that looks like a placeholder";

    private readonly List<int> written = [];

    /// <summary>The placeholders in the order in which they were written.</summary>
    public ReadOnlySpan<int> Written => CollectionsMarshal.AsSpan(written);

    /// <summary>The first use other than writing, with file and line; null if there is none.</summary>
    public string? Misuse { get; private set; }

    /// <summary>Creates a placeholder for a subscriber's value.</summary>
    public override object Get(int number, string suffix = "") => new Placeholder(this, number, suffix);

    /// <summary>Creates a placeholder for a fragment.</summary>
    public override object GetFragment(int index, bool isHtml) =>
        new Placeholder(this, RenderedFragment.PlaceholderFor(index, isHtml), "");

    /// <summary>Creates a template object that reports any use other than writing one of its members.</summary>
    public override IScriptObject CreateObject(params ReadOnlySpan<(string Name, object? Value)> members) =>
        new PlaceholderScope(this, TemplateModel.Create(members));

    /// <summary>
    /// An upper bound for the encoded size of a text with markers in bytes, without the fragments in it.
    /// </summary>
    /// <param name="longestValue">The size to assume for a subscriber's value, in bytes.</param>
    public static int SizeUpperBound(string text, int longestValue)
    {
        var (size, start) = (0, 0);
        while (FindNext(text, start) is (var markerStart and >= 0, var placeholder))
        {
            size += EncodedSize.UpperBound(text.AsSpan(start, markerStart - start)) +
                (placeholder < RenderedFragment.FirstPlaceholder ? longestValue : 0);
            start = markerStart + MarkerLength;
        }

        return size + EncodedSize.UpperBound(text.AsSpan(start));
    }

    /// <summary>
    /// Checks that texts contain exactly the recorded markers. Returns the reason if not, otherwise null.
    /// </summary>
    /// <param name="texts">In the order in which they were rendered.</param>
    public string? FindMismatch(params ReadOnlySpan<string> texts)
    {
        var expected = Written;
        foreach (var text in texts)
        {
            for (var at = 0; FindNext(text, at) is (var markerStart and >= 0, var placeholder); at =
                markerStart + MarkerLength)
            {
                if (expected.IsEmpty || expected[0] != placeholder)
                {
                    return Misuse ?? ForeignMarker;
                }

                expected = expected[1..];
            }
        }

        return Misuse ?? (expected.IsEmpty ? null : ForeignMarker);
    }

    /// <summary>The same for a fragment: its ends must not form a marker together with the surrounding text.</summary>
    public string? FindFragmentMismatch(string text) => FindMismatch(text) ??
        (text.Length < MarkerLength || text.AsSpan(0, 2).Contains(Closing) ||
            text.AsSpan(text.Length - 2).Contains(Opening)
            ? ForeignMarker
            : null);

    public static string Marker(int placeholder) => $"{Opening}{(char)(FirstNumber + placeholder)}{Closing}";

    /// <summary>Finds the next marker and its placeholder; -1 if there is none.</summary>
    public static (int Position, int Placeholder) FindNext(ReadOnlySpan<char> text, int from)
    {
        while (text[from..].IndexOf(Opening) is var found and >= 0)
        {
            var at = from + found;
            if (at + MarkerLength <= text.Length && text[at + 2] == Closing)
            {
                return (at, text[at + 1] - FirstNumber);
            }

            from = at + 1;
        }

        return (-1, -1);
    }

    public string Write(Placeholder placeholder, SourceSpan span, bool isCaptured)
    {
        if (isCaptured)
        {
            ReportMisuse(span);
        }

        written.Add(placeholder.Number);
        return Marker(placeholder.Number) + placeholder.Suffix;
    }

    public void ReportMisuse(SourceSpan span) =>
        Misuse ??= $"Template {span.FileName}, line {span.Start.Line + 1}, column {span.Start.Column + 1}: " +
            "a per-subscriber value may only be written unchanged";
}

/// <summary>Stands for a subscriber's value in a <see cref="PlaceholderRecorder"/>.</summary>
internal sealed record Placeholder(PlaceholderRecorder Recorder, int Number, string Suffix) : IObservedValue
{
    public string Write(SourceSpan span, bool isCaptured) => Recorder.Write(this, span, isCaptured);

    /// <summary>Called only when a template does anything other than write the placeholder.</summary>
    public override string ToString()
    {
        Recorder.ReportMisuse(default);
        return "";
    }
}

/// <summary>A template object whose members can be read; anything else is reported as misuse.</summary>
internal sealed class PlaceholderScope(PlaceholderRecorder recorder, ScriptObject members) : IScriptObject
{
    public int Count => ReportMisuse(0);

    public bool IsReadOnly
    {
        get => true;
        set => ReportMisuse(value);
    }

    public IEnumerable<string> GetMembers() => ReportMisuse<string[]>([]);

    public bool Contains(string member) => members.ContainsKey(member);

    public bool TryGetValue(TemplateContext? context, SourceSpan span, string member, out object? value)
    {
        var found = members.TryGetValue(member, out value);
        if (value is Placeholder && !(context is TextTemplateContext textContext && textContext.IsPlainWrite(span)))
        {
            recorder.ReportMisuse(span);
        }

        return found;
    }

    public bool CanWrite(string member) => false;

    public bool TrySetValue(TemplateContext? context, SourceSpan span, string member, object? value, bool readOnly) =>
        false;

    public bool Remove(string member) => false;

    public void SetReadOnly(string member, bool readOnly) => ReportMisuse(readOnly);

    public IScriptObject Clone(bool deep) => ReportMisuse(this);

    public override string ToString() => ReportMisuse("");

    private T ReportMisuse<T>(T value)
    {
        recorder.ReportMisuse(default);
        return value;
    }
}
