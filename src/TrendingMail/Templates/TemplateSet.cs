using System.Collections.Concurrent;
using System.Collections.Frozen;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;
using TrendingMail.Templates.Localization;
using TrendingMail.Templates.Themes;

namespace TrendingMail.Templates;

/// <summary>
/// A snapshot of the templates with their theme, style sheet and languages, so that one message never mixes an old file
/// with a new one. Each template, including every partial, is parsed once.
/// </summary>
internal sealed class TemplateSet : ITemplateLoader
{
    private const string MailStyles = "mail/style.css";

    private const string LanguageFolder = "languages/";

    private readonly FrozenDictionary<string, string> sources;

    private readonly FrozenDictionary<string, Language> languages;

    private readonly FrozenDictionary<string, ScriptObject> globals;

    private readonly StyleSheet styleSheet;

    private readonly ConcurrentDictionary<string, (Template Template, InlinedTemplate? Styled)> parsed = new(
        StringComparer.Ordinal);

    /// <param name="files">File contents by name; names use slashes.</param>
    /// <exception cref="TrendingMailException">The theme, the style sheet or a language cannot be read.</exception>
    public TemplateSet(IEnumerable<KeyValuePair<string, string>> files)
    {
        sources = files.ToFrozenDictionary(StringComparer.Ordinal);
        var theme = sources.TryGetValue(Theme.FileName, out var json) ? Theme.Parse(json) : new Theme();
        styleSheet = sources.TryGetValue(MailStyles, out var css)
            ? StyleSheet.Parse(MailStyles, css, theme.Variables())
            : StyleSheet.Empty;
        languages = ReadLanguages().ToFrozenDictionary(language => language.Tag, StringComparer.OrdinalIgnoreCase);
        globals = languages.Values.ToFrozenDictionary(
            language => language.Tag, language => CreateGlobals(theme, language));
    }

    public IReadOnlyCollection<Language> Languages => languages.Values;

    /// <summary>
    /// Finds the language for a tag such as <c>de-AT</c>, then for its primary subtag, else the default.
    /// </summary>
    public Language FindLanguage(string? tag) =>
        languages.GetValueOrDefault(tag ?? "") ?? languages.GetValueOrDefault(tag?.Split('-')[0] ?? "")
            ?? languages[Language.Default];

    /// <summary>Parses every template.</summary>
    /// <exception cref="TrendingMailException">
    /// A template has an error; the message has file, line and column.
    /// </exception>
    public void Check()
    {
        foreach (var name in sources.Keys.Where(IsTemplate).Order(StringComparer.Ordinal))
        {
            GetTemplate(name);
        }
    }

    public static bool IsTemplate(string name) => Path.GetExtension(name) is ".html" or ".txt" or ".subject";

    /// <exception cref="TrendingMailException">
    /// The template has an error; the message has file, line and column.
    /// </exception>
    public string Render(string name, ScriptObject model, Language language)
    {
        var template = GetTemplate(name).Template;
        var context = name.EndsWith(".html", StringComparison.Ordinal)
            ? new HtmlTemplateContext(this, language.Culture)
            : new TextTemplateContext(this, language.Culture);
        context.PushGlobal(globals[language.Tag]);
        context.PushGlobal(model);
        try
        {
            return template.Render(context);
        }
        catch (ScriptRuntimeException e)
        {
            var error = e.GetBaseException() is TrendingMailException cause ? cause.Message : e.OriginalMessage;
            throw new TrendingMailException($"{FormatLocation(e.Span.FileName ?? name, e.Span.Start)}: {error}", e);
        }
    }

    /// <exception cref="TrendingMailException">The template does not exist or has an error.</exception>
    public (Template Template, InlinedTemplate? Styled) GetTemplate(string name) => parsed.GetOrAdd(name, Parse);

    string ITemplateLoader.GetPath(TemplateContext context, SourceSpan callerSpan, string templateName) => templateName;

    string ITemplateLoader.Load(TemplateContext context, SourceSpan callerSpan, string templatePath) =>
        sources[templatePath];

    ValueTask<string?> ITemplateLoader.LoadAsync(TemplateContext context, SourceSpan callerSpan, string templatePath) =>
        new(sources[templatePath]);

    private (Template Template, InlinedTemplate? Styled) Parse(string name)
    {
        if (!sources.TryGetValue(name, out var source))
        {
            throw new TrendingMailException(name.Split('/').Contains("..") || Path.IsPathRooted(name)
                ? $"Template {name} is outside the templates folder."
                : $"Template {name} does not exist in the templates folder.");
        }

        // Parse the original before inlining styles, so that an error has the position in the file.
        var template = Template.Parse(source, name);
        if (template.HasErrors)
        {
            var first = template.Messages.First(message => message.Type == ParserMessageType.Error);
            throw new TrendingMailException($"Template {name}, line {first.Span.Start.Line + 1}, " +
                $"column {first.Span.Start.Column + 1}: {first.Message}");
        }

        if (!name.StartsWith("mail/", StringComparison.Ordinal) || !name.EndsWith(".html", StringComparison.Ordinal))
        {
            return (template, null);
        }

        var styled = InlinedTemplate.Inline(source, styleSheet);
        return (Template.Parse(styled.Text, name), styled);
    }

    private string FormatLocation(string name, TextPosition position)
    {
        var (line, column) = (position.Line + 1, position.Column + 1);
        if (parsed.TryGetValue(name, out var found) && found.Styled is { } styled)
        {
            (line, column) = SourceLocation.FromOffset(sources[name], styled.OriginalOffset(position.Offset));
        }

        return $"Template {name}, line {line}, column {column}";
    }

    private List<Language> ReadLanguages()
    {
        LanguageFile? ReadFile(string tag) => sources.TryGetValue($"{LanguageFolder}{tag}.json", out var json)
            ? LanguageFile.Parse($"{LanguageFolder}{tag}.json", json)
            : null;
        var defaultLanguage = new Language(
            Language.Default, ReadFile(Language.Default) ?? LanguageFile.Empty, null);
        return
        [
            defaultLanguage,
            .. sources.Keys
                .Where(name => name.StartsWith(LanguageFolder, StringComparison.Ordinal) &&
                    Path.GetExtension(name) == ".json")
                .Select(Path.GetFileNameWithoutExtension)
                .Where(tag => tag != defaultLanguage.Tag)
                .Select(tag => new Language(tag!, ReadFile(tag!)!, defaultLanguage)),
        ];
    }

    private ScriptObject CreateGlobals(Theme theme, Language language)
    {
        var colors = theme.Light.Variables().Select(c => (c.Name.Replace('-', '_'), (object?)c.Value)).ToArray();
        var globals = TemplateModel.Create(
            ("t", new TranslateFunction(language)),
            ("t_strong", new TranslateFunction(language, emphasizesValues: true)),
            ("lang", language.Tag),
            ("dir", language.Direction),
            ("styles", new RawHtml(styleSheet.Head)),
            ("theme", TemplateModel.Create(
                [.. colors, ("font_heading", theme.Fonts.Heading), ("font_text", theme.Fonts.Text)])),
            ("logo", TemplateModel.Create(
                ("mark", theme.Logo.Mark),
                ("image", theme.Logo.Image.Length > 0 ? theme.Logo.Image : null),
                ("width", theme.Logo.Width),
                ("height", theme.Logo.Height))));
        globals.IsReadOnly = true;
        return globals;
    }
}
