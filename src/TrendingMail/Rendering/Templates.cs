using System.Collections.Concurrent;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace TrendingMail.Rendering;

/// <summary>The operator's templates: a folder of Scriban files, parsed once. Names are paths below it.</summary>
public sealed class Templates : ITemplateLoader
{
    private readonly string root;
    private readonly ConcurrentDictionary<string, Template> parsed = new(StringComparer.Ordinal);

    /// <exception cref="TrendingMailException">The folder is missing.</exception>
    public Templates(string root)
    {
        this.root = Path.GetFullPath(root);
        if (!Directory.Exists(this.root))
        {
            throw new TrendingMailException($"The templates' folder {this.root} is missing; restore it from the program's release.");
        }
    }

    /// <summary>Parses every template, so that a broken one is found at the start and not at breakfast.</summary>
    /// <exception cref="TrendingMailException">A template cannot be read or parsed; the message has file, line and column.</exception>
    public void Check()
    {
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(file) is ".html" or ".txt" or ".subject")
            {
                Find(Path.GetRelativePath(root, file).Replace('\\', '/'));
            }
        }
    }

    /// <summary>
    /// Runs a template. Values are HTML-encoded where its name ends in <c>.html</c>, and written as they are elsewhere.
    /// </summary>
    /// <exception cref="TrendingMailException">The template is broken; the message has file, line and column.</exception>
    public string Render(string name, ScriptObject model)
    {
        var template = Find(name);
        var context = name.EndsWith(".html", StringComparison.Ordinal)
            ? new HtmlTemplateContext(this)
            : new TextTemplateContext(this);
        context.PushGlobal(model);
        try
        {
            return template.Render(context);
        }
        catch (ScriptRuntimeException e)
        {
            var fault = e.GetBaseException() is TrendingMailException cause ? cause.Message : e.OriginalMessage;
            throw new TrendingMailException($"Template {e.Span.FileName ?? name}, line {e.Span.Start.Line + 1}, " +
                $"column {e.Span.Start.Column + 1}: {fault}", e);
        }
    }

    /// <summary>The bytes of a file that stands beside the templates (a style sheet, a picture), or null.</summary>
    public byte[]? ReadFile(string name)
    {
        var path = Resolve(name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    string ITemplateLoader.GetPath(TemplateContext context, SourceSpan callerSpan, string templateName)
    {
        Resolve(templateName);
        return templateName;
    }

    string ITemplateLoader.Load(TemplateContext context, SourceSpan callerSpan, string templatePath) => Read(templatePath);

    ValueTask<string?> ITemplateLoader.LoadAsync(TemplateContext context, SourceSpan callerSpan, string templatePath) =>
        new(Read(templatePath));

    private Template Find(string name) => parsed.GetOrAdd(name, _ =>
    {
        var template = Template.Parse(Read(name), name);
        if (!template.HasErrors)
        {
            return template;
        }

        var first = template.Messages.First(message => message.Type == ParserMessageType.Error);
        throw new TrendingMailException($"Template {name}, line {first.Span.Start.Line + 1}, " +
            $"column {first.Span.Start.Column + 1}: {first.Message}");
    });

    private string Read(string name)
    {
        try
        {
            return File.ReadAllText(Resolve(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Template {name} cannot be read: {e.Message}", e);
        }
    }

    private string Resolve(string name)
    {
        var path = Path.GetFullPath(name, root);
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new TrendingMailException($"Template {name} lies outside the templates' folder {root}.");
    }
}
