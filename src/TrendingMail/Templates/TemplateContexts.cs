using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Scriban;
using Scriban.Functions;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;
using TrendingMail.Templates.Text;

namespace TrendingMail.Templates;

/// <summary>The context of every template: strict about names, with limits that throw instead of truncating.</summary>
internal class TextTemplateContext : TemplateContext
{
    /// <summary>
    /// Several times what fifty papers with their authors and keywords need; more means a runaway loop.
    /// </summary>
    private const int MaximumIterations = 100_000;

    private const int MaximumOutputLength = 4 << 20;

    private static readonly ScriptObject TextBuiltins = CreateBuiltins(isHtml: false);

    private readonly TemplateSet templates;

    /// <summary>The expression of the statement being evaluated.</summary>
    private ScriptExpression? statement;

    /// <summary>
    /// The number of outputs that go to the result unmodified: the template's own and those of its includes.
    /// </summary>
    private int directOutputs = 1;

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

    /// <summary>Whether the current statement does nothing but write the member at a source location.</summary>
    internal bool IsPlainWrite(SourceSpan member) =>
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
        if (textAsObject is IObservedValue observed)
        {
            Write(observed.Write(span, isCaptured: OutputCount != directOutputs));
            return this;
        }

        return base.Write(span, textAsObject);
    }

    /// <summary>
    /// Runs an include. Its output goes to the result unmodified if the statement is nothing but the include.
    /// </summary>
    internal object? Include(IScriptCustomFunction include, ScriptNode? caller, ScriptArray arguments)
    {
        var outer = directOutputs;
        directOutputs += OutputCount == directOutputs && ReferenceEquals(caller, statement) ? 1 : 0;
        try
        {
            return include.Invoke(this, caller, arguments, null);
        }
        finally
        {
            directOutputs = outer;
        }
    }

    protected static ScriptObject CreateBuiltins(bool isHtml)
    {
        // Shared and read-only: creating the built-ins for each message would cost more than rendering it.
        var builtins = (ScriptObject)new TemplateContext().BuiltinObject.Clone(deep: false);
        builtins.SetValue(
            "wrap", DelegateCustomFunction.CreateFunc<string?, int, int, string>(TextWrap.Wrap), readOnly: true);
        builtins.SetValue(
            "shorten", DelegateCustomFunction.CreateFunc<string, int, string>(Excerpt.AtWord), readOnly: true);
        builtins.SetValue("include", new Include(isHtml), readOnly: true);
        builtins.IsReadOnly = true;
        return builtins;
    }

    /// <summary>Takes includes from the template set, where each is parsed once.</summary>
    protected override Template CreateTemplate(string templatePath, ScriptNode? callerContext)
    {
        try
        {
            return templates.GetTemplate(templatePath).Template;
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
        LoopLimit = MaximumIterations;
        RecursiveLimit = 20;
        LimitToString = MaximumOutputLength;
        OnStringLimit = ScriptLimitBehavior.Throw;
        OutputLimit = MaximumOutputLength;
        OnOutputLimit = ScriptLimitBehavior.Throw;
    }
}

/// <summary>HTML-encodes every value that a template writes, except <see cref="RawHtml"/>.</summary>
internal sealed class HtmlTemplateContext(TemplateSet templates, CultureInfo culture)
    : TextTemplateContext(templates, culture, HtmlBuiltins)
{
    private static readonly ScriptObject HtmlBuiltins = CreateBuiltins(isHtml: true);

    // Letters of all scripts stay readable in the source; characters that could end a text or attribute are encoded.
    internal static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public override TemplateContext Write(SourceSpan span, object? textAsObject)
    {
        if (textAsObject is IObservedValue)
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

/// <summary>Scriban's include function. In HTML its result is already encoded and must not be encoded again.</summary>
internal sealed class Include(bool isHtml) : IScriptCustomFunction
{
    private readonly IncludeFunction include = new();

    public int RequiredParameterCount => include.RequiredParameterCount;

    public int ParameterCount => include.ParameterCount;

    public ScriptVarParamKind VarParamKind => include.VarParamKind;

    public Type ReturnType => isHtml ? typeof(RawHtml) : include.ReturnType;

    public ScriptParameterInfo GetParameterInfo(int index) => include.GetParameterInfo(index);

    public object? Invoke(
        TemplateContext context, ScriptNode? callerContext, ScriptArray arguments,
        ScriptBlockStatement? blockStatement) =>
        Result(((TextTemplateContext)context).Include(include, callerContext, arguments));

    public async ValueTask<object?> InvokeAsync(
        TemplateContext context, ScriptNode? callerContext, ScriptArray arguments,
        ScriptBlockStatement? blockStatement) =>
        Result(await include.InvokeAsync(context, callerContext, arguments, blockStatement));

    private object? Result(object? included) => isHtml ? new RawHtml(included as string ?? "") : included;
}
