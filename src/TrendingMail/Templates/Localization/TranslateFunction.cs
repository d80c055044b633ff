using Scriban;
using Scriban.Runtime;
using Scriban.Syntax;

namespace TrendingMail.Templates.Localization;

/// <summary>
/// The template function <c>t 'key'</c> or <c>t 'key' { name: value }</c>: a message in the current language.
/// </summary>
internal sealed class TranslateFunction(Language language) : IScriptCustomFunction
{
    public int RequiredParameterCount => 1;

    public int ParameterCount => 2;

    public ScriptVarParamKind VarParamKind => ScriptVarParamKind.None;

    public Type ReturnType => typeof(string);

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
            return language.Text(context.ObjectToString(arguments[0]) ?? "", values);
        }
        catch (TrendingMailException e)
        {
            throw new ScriptRuntimeException(callerContext?.Span ?? context.CurrentSpan, e.Message, e);
        }
    }

    public ValueTask<object?> InvokeAsync(
        TemplateContext context, ScriptNode? callerContext, ScriptArray arguments,
        ScriptBlockStatement? blockStatement) =>
        new(Invoke(context, callerContext, arguments, blockStatement));
}
