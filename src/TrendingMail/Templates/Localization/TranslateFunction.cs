using Scriban;
using Scriban.Runtime;
using Scriban.Syntax;

namespace TrendingMail.Templates.Localization;

/// <summary>
/// The template function <c>t 'key'</c> or <c>t 'key' { name: value }</c>: a message in the current language. In HTML,
/// <c>t_strong</c> does the same and emphasizes the values.
/// </summary>
internal sealed class TranslateFunction(Language language, bool emphasizesValues = false) : IScriptCustomFunction
{
    /// <summary>Mark the values in a message until it is encoded; no text can contain them.</summary>
    private const char Start = '\uFDD0', End = '\uFDD1';

    public int RequiredParameterCount => 1;

    public int ParameterCount => 2;

    public ScriptVarParamKind VarParamKind => ScriptVarParamKind.None;

    public Type ReturnType => emphasizesValues ? typeof(RawHtml) : typeof(string);

    public ScriptParameterInfo GetParameterInfo(int index) => index == 0
        ? new ScriptParameterInfo(typeof(string), "key")
        : new ScriptParameterInfo(typeof(ScriptObject), "values", null);

    public object Invoke(
        TemplateContext context, ScriptNode? callerContext, ScriptArray arguments, ScriptBlockStatement? blockStatement)
    {
        var values = arguments.Count > 1 && arguments[1] is ScriptObject given
            ? given.Select(value => (value.Key, (object?)value.Value)).ToArray()
            : [];
        try
        {
            var key = context.ObjectToString(arguments[0]) ?? "";
            return emphasizesValues ? Emphasize(key, values) : language.Text(key, values);
        }
        catch (TrendingMailException e)
        {
            throw new ScriptRuntimeException(callerContext?.Span ?? context.CurrentSpan, e.Message, e);
        }
    }

    private RawHtml Emphasize(string key, (string Name, object? Value)[] values)
    {
        var marked = values.Select(value => (value.Name, (object?)$"{Start}{value.Value}{End}")).ToArray();
        return new RawHtml(string.Concat(language.Text(key, marked).Split(Start).SelectMany(
            (part, index) => index == 0 ? [Encode(part)] : EmphasizeFirst(part.Split(End, 2)))));
    }

    private static string[] EmphasizeFirst(string[] parts) =>
        ["<strong class=\"address\">", Encode(parts[0]), "</strong>", Encode(parts[^1])];

    private static string Encode(string text) => HtmlTemplateContext.Encoder.Encode(text);

    public ValueTask<object?> InvokeAsync(
        TemplateContext context, ScriptNode? callerContext, ScriptArray arguments,
        ScriptBlockStatement? blockStatement) =>
        new(Invoke(context, callerContext, arguments, blockStatement));
}
