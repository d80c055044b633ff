using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Scriban;
using Scriban.Functions;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;
using TrendingMail.Rendering.Variants;

namespace TrendingMail.Rendering;

/// <summary>How every template of ours runs: strict about names, with limits that throw instead of cutting.</summary>
internal class TextTemplateContext : TemplateContext
{
    /// <summary>Fifty papers with their authors and keywords, several times over: far from it means a runaway loop.</summary>
    private const int Steps = 100_000;

    private const int OutputCharacters = 4 << 20;

    private static readonly ScriptObject TextBuiltins = Builtins(escapes: false);

    private readonly TemplateSet templates;

    /// <summary>All that the statement says that runs now.</summary>
    private ScriptExpression? statement;

    /// <summary>Outputs that are only written on: the template's own, and those of includes in it.</summary>
    private int plainOutputs = 1;

    public TextTemplateContext(TemplateSet templates, CultureInfo culture)
        : this(templates, culture, TextBuiltins)
    {
    }

    protected TextTemplateContext(TemplateSet templates, CultureInfo culture, ScriptObject builtins)
        : base(builtins)
    {
        this.templates = templates;
        Configure(templates);
        PushCulture(culture);
    }

    /// <summary>Whether the statement that runs now does nothing but write the member that stands at a place.</summary>
    internal bool WritesOnly(SourceSpan member) =>
        statement is ScriptMemberExpression { Member: { } written } && written.Span.Equals(member);

    public override object? Evaluate(ScriptNode? scriptNode, bool aliasReturnedFunction)
    {
        if (scriptNode is not ScriptExpressionStatement { Expression: var expression })
        {
            return base.Evaluate(scriptNode, aliasReturnedFunction);
        }

        var outer = statement;
        statement = expression;
        try
        {
            return base.Evaluate(scriptNode, aliasReturnedFunction);
        }
        finally
        {
            statement = outer;
        }
    }

    public override TemplateContext Write(SourceSpan span, object? textAsObject)
    {
        if (textAsObject is SlotMark mark)
        {
            Write(mark.Run.Write(mark, span, isCaught: OutputCount != plainOutputs));
            return this;
        }

        return base.Write(span, textAsObject);
    }

    /// <summary>Runs an include, whose output is written on where the statement is the include and nothing else.</summary>
    internal object? Include(IScriptCustomFunction include, ScriptNode? caller, ScriptArray arguments)
    {
        var outer = plainOutputs;
        plainOutputs += OutputCount == plainOutputs && ReferenceEquals(caller, statement) ? 1 : 0;
        try
        {
            return include.Invoke(this, caller, arguments, null);
        }
        finally
        {
            plainOutputs = outer;
        }
    }

    protected static ScriptObject Builtins(bool escapes)
    {
        // Made once and only read after that: a set of its own for each mail would cost more than the mail.
        var builtins = (ScriptObject)new TemplateContext().BuiltinObject.Clone(deep: false);
        builtins.SetValue("wrap", DelegateCustomFunction.CreateFunc<string?, int, int, string>(TextWrap.Wrap), readOnly: true);
        builtins.SetValue("shorten", DelegateCustomFunction.CreateFunc<string, int, string>(Excerpt.AtWord), readOnly: true);
        builtins.SetValue("include", new Include(escapes), readOnly: true);
        builtins.IsReadOnly = true;
        return builtins;
    }

    /// <summary>Includes come out of the set, where they are parsed once.</summary>
    protected override Template CreateTemplate(string templatePath, ScriptNode? callerContext)
    {
        try
        {
            return templates.Find(templatePath).Template;
        }
        catch (TrendingMailException e)
        {
            throw new ScriptRuntimeException(callerContext?.Span ?? CurrentSpan, e.Message, e);
        }
    }

    private void Configure(ITemplateLoader loader)
    {
        TemplateLoader = loader;
        StrictVariables = true;
        EnableRelaxedMemberAccess = false;
        EnableRelaxedTargetAccess = false;
        EnableRelaxedIndexerAccess = false;
        AutoIndent = false;
        LoopLimit = Steps;
        RecursiveLimit = 20;
        LimitToString = OutputCharacters;
        OnStringLimit = ScriptLimitBehavior.Throw;
        OutputLimit = OutputCharacters;
        OnOutputLimit = ScriptLimitBehavior.Throw;
    }
}

/// <summary>Encodes every value that an HTML template writes; only <see cref="RawHtml"/> passes as it is.</summary>
internal sealed class HtmlTemplateContext(TemplateSet templates, CultureInfo culture)
    : TextTemplateContext(templates, culture, HtmlBuiltins)
{
    private static readonly ScriptObject HtmlBuiltins = Builtins(escapes: true);

    // Letters of every script stay legible in the source; what could end a text or an attribute is encoded.
    internal static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public override TemplateContext Write(SourceSpan span, object? textAsObject)
    {
        if (textAsObject is SlotMark)
        {
            base.Write(span, textAsObject);
        }
        else if (textAsObject is RawHtml raw)
        {
            Write(raw.Html);
        }
        else if (textAsObject is not null && ObjectToString(textAsObject) is { } text)
        {
            Write(Encoder.Encode(text));
        }

        return this;
    }
}

/// <summary>Scriban's include. In HTML its result was encoded where it was written and must not be encoded again.</summary>
internal sealed class Include(bool escapes) : IScriptCustomFunction
{
    private readonly IncludeFunction include = new();

    public int RequiredParameterCount => include.RequiredParameterCount;

    public int ParameterCount => include.ParameterCount;

    public ScriptVarParamKind VarParamKind => include.VarParamKind;

    public Type ReturnType => escapes ? typeof(RawHtml) : include.ReturnType;

    public ScriptParameterInfo GetParameterInfo(int index) => include.GetParameterInfo(index);

    public object? Invoke(
        TemplateContext context, ScriptNode? callerContext, ScriptArray arguments, ScriptBlockStatement? blockStatement) =>
        Result(((TextTemplateContext)context).Include(include, callerContext, arguments));

    public async ValueTask<object?> InvokeAsync(
        TemplateContext context, ScriptNode? callerContext, ScriptArray arguments, ScriptBlockStatement? blockStatement) =>
        Result(await include.InvokeAsync(context, callerContext, arguments, blockStatement));

    private object? Result(object? included) => escapes ? new RawHtml(included as string ?? "") : included;
}
