using System.Collections.Concurrent;
using System.Collections.Frozen;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;
using TrendingMail.Rendering.Languages;
using TrendingMail.Rendering.Styling;

namespace TrendingMail.Rendering;

/// <summary>
/// The templates as they stood at one moment, with their theme, style sheet and languages: what one mail is made of never
/// mixes an old file with a new one. Each template is parsed once, includes too.
/// </summary>
internal sealed class TemplateSet : ITemplateLoader
{
    private const string MailStyles = "mail/style.css";

    private const string LanguageFolder = "languages/";

    private readonly FrozenDictionary<string, string> sources;

    private readonly FrozenDictionary<string, Language> languages;

    private readonly FrozenDictionary<string, ScriptObject> globals;

    private readonly StyleSheet sheet;

    private readonly ConcurrentDictionary<string, (Template Template, StyledSource? Styled)> parsed = new(StringComparer.Ordinal);

    /// <param name="files">Texts by name; names have slashes.</param>
    /// <exception cref="TrendingMailException">The theme, the style sheet or a language cannot be read.</exception>
    public TemplateSet(IEnumerable<KeyValuePair<string, string>> files)
    {
        sources = files.ToFrozenDictionary(StringComparer.Ordinal);
        var theme = sources.TryGetValue(Theme.File, out var json) ? Theme.Parse(json) : new Theme();
        sheet = sources.TryGetValue(MailStyles, out var css)
            ? StyleSheet.Parse(MailStyles, css, theme.Variables())
            : StyleSheet.Empty;
        languages = ReadLanguages().ToFrozenDictionary(language => language.Tag, StringComparer.OrdinalIgnoreCase);
        globals = languages.Values.ToFrozenDictionary(language => language.Tag, language => Globals(theme, language));
    }

    public IReadOnlyCollection<Language> Languages => languages.Values;

    /// <summary>The language of a tag such as <c>de-AT</c>, or of its first part, or the default.</summary>
    public Language Language(string? tag) =>
        languages.GetValueOrDefault(tag ?? "") ?? languages.GetValueOrDefault(tag?.Split('-')[0] ?? "")
            ?? languages[Rendering.Languages.Language.Default];

    /// <summary>Parses every template.</summary>
    /// <exception cref="TrendingMailException">One is broken; the message has file, line and column.</exception>
    public void Check()
    {
        foreach (var name in sources.Keys.Where(IsTemplate).Order(StringComparer.Ordinal))
        {
            Find(name);
        }
    }

    public static bool IsTemplate(string name) => Path.GetExtension(name) is ".html" or ".txt" or ".subject";

    /// <exception cref="TrendingMailException">The template is broken; the message has file, line and column.</exception>
    public string Render(string name, ScriptObject model, Language language)
    {
        var template = Find(name).Template;
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
            var fault = e.GetBaseException() is TrendingMailException cause ? cause.Message : e.OriginalMessage;
            throw new TrendingMailException($"{Place(e.Span.FileName ?? name, e.Span.Start)}: {fault}", e);
        }
    }

    /// <exception cref="TrendingMailException">There is no such template, or it is broken.</exception>
    public (Template Template, StyledSource? Styled) Find(string name) => parsed.GetOrAdd(name, Parse);

    string ITemplateLoader.GetPath(TemplateContext context, SourceSpan callerSpan, string templateName) => templateName;

    string ITemplateLoader.Load(TemplateContext context, SourceSpan callerSpan, string templatePath) => sources[templatePath];

    ValueTask<string?> ITemplateLoader.LoadAsync(TemplateContext context, SourceSpan callerSpan, string templatePath) =>
        new(sources[templatePath]);

    private (Template Template, StyledSource? Styled) Parse(string name)
    {
        if (!sources.TryGetValue(name, out var source))
        {
            throw new TrendingMailException(name.Split('/').Contains("..") || Path.IsPathRooted(name)
                ? $"Template {name} lies outside the templates' folder."
                : $"Template {name} is not in the templates' folder.");
        }

        // As it was written first: what a person wrote wrong is told at the place where it stands.
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

        var styled = StyledSource.Of(source, sheet);
        return (Template.Parse(styled.Text, name), styled);
    }

    private string Place(string name, TextPosition position)
    {
        var (line, column) = (position.Line + 1, position.Column + 1);
        if (parsed.TryGetValue(name, out var found) && found.Styled is { } styled)
        {
            (line, column) = TextPlace.Of(sources[name], styled.OriginalOffset(position.Offset));
        }

        return $"Template {name}, line {line}, column {column}";
    }

    private List<Language> ReadLanguages()
    {
        LanguageFile? Read(string tag) => sources.TryGetValue($"{LanguageFolder}{tag}.json", out var json)
            ? LanguageFile.Parse($"{LanguageFolder}{tag}.json", json)
            : null;
        var standard = new Language(
            Rendering.Languages.Language.Default, Read(Rendering.Languages.Language.Default) ?? LanguageFile.Empty, null);
        return
        [
            standard,
            .. sources.Keys
                .Where(name => name.StartsWith(LanguageFolder, StringComparison.Ordinal) && Path.GetExtension(name) == ".json")
                .Select(Path.GetFileNameWithoutExtension)
                .Where(tag => tag != standard.Tag)
                .Select(tag => new Language(tag!, Read(tag!)!, standard)),
        ];
    }

    private ScriptObject Globals(Theme theme, Language language)
    {
        var colours = theme.Light.Named().Select(c => (c.Name.Replace('-', '_'), (object?)c.Value)).ToArray();
        var globals = Model.Of(
            ("t", new TextFunction(language)),
            ("lang", language.Tag),
            ("dir", language.Direction),
            ("styles", new RawHtml(sheet.Head)),
            ("theme", Model.Of([.. colours, ("font_heading", theme.Fonts.Heading), ("font_text", theme.Fonts.Text)])),
            ("logo", Model.Of(
                ("mark", theme.Logo.Mark),
                ("image", theme.Logo.Image.Length > 0 ? theme.Logo.Image : null),
                ("width", theme.Logo.Width),
                ("height", theme.Logo.Height))));
        globals.IsReadOnly = true;
        return globals;
    }
}
