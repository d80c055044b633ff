using Scriban.Parsing;

namespace TrendingMail.Templates;

/// <summary>A value in a template model that supplies its own output, and learns where a template writes it.</summary>
internal interface IObservedValue
{
    /// <summary>Called when a template writes the value.</summary>
    /// <param name="span">The position in the template.</param>
    /// <param name="isCaptured">
    /// Whether the output goes to a variable or an argument of the template rather than to the result.
    /// </param>
    /// <returns>The text to write. It is not encoded, not even in HTML.</returns>
    string Write(SourceSpan span, bool isCaptured);
}
