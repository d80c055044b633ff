using Scriban.Runtime;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Messages;

/// <summary>
/// What a composer puts into the models of a <see cref="SharedContent"/>: the values of one subscriber or, while it is
/// rendered for many, what stands for their values.
/// </summary>
public abstract class ModelValues
{
    /// <param name="number">See <see cref="SharedContent.WriteValue"/>.</param>
    /// <param name="suffix">A suffix that is the same for all subscribers: letters, digits and dots.</param>
    public abstract object Get(int number, string suffix = "");

    /// <summary>A rendered fragment; null for the HTML of a text-only message.</summary>
    public abstract object? GetFragment(int index, bool isHtml);

    /// <summary>Creates a template object with such values among its members.</summary>
    public abstract IScriptObject CreateObject(params ReadOnlySpan<(string Name, object? Value)> members);
}
