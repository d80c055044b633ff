using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scriban.Runtime;
using TrendingMail.Rendering.Languages;

namespace TrendingMail.Rendering;

/// <summary>
/// The operator's templates: a folder of Scriban files with a theme and languages. Names are paths below it. What is
/// edited takes effect within a second; where it is broken, the fault is logged with file, line and column, and the last
/// good templates keep serving.
/// </summary>
public sealed class Templates
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string root;

    private readonly TimeProvider clock;

    private readonly ILogger logger;

    private readonly Lock reading = new();

    private volatile State state;

    private long lookedAt;

    /// <exception cref="TrendingMailException">The folder is missing, or its theme or a language cannot be read.</exception>
    public Templates(string root, TimeProvider? clock = null, ILogger<Templates>? logger = null)
    {
        this.root = Path.GetFullPath(root);
        this.clock = clock ?? TimeProvider.System;
        this.logger = logger ?? NullLogger<Templates>.Instance;
        if (!Directory.Exists(this.root))
        {
            throw new TrendingMailException($"The templates' folder {this.root} is missing; restore it from the program's release.");
        }

        state = new State(Read(), Stamp(), null, 1);
        lookedAt = this.clock.GetTimestamp();
    }

    /// <summary>Counts up with each change that took effect: what was made of an older version is not up to date.</summary>
    public int Version => Current().Version;

    /// <summary>The languages that mails can be written in.</summary>
    public IReadOnlyCollection<Language> Languages => Current().Set.Languages;

    /// <summary>The language of a tag such as <c>de</c>; English where there is none.</summary>
    public Language Language(string? tag) => Current().Set.Language(tag);

    /// <summary>Parses every template, so that a broken one is found at the start and not at breakfast.</summary>
    /// <exception cref="TrendingMailException">A template cannot be read or parsed; the message has file, line and column.</exception>
    public void Check() => Current().Set.Check();

    /// <summary>
    /// Runs a template. Values are HTML-encoded where its name ends in <c>.html</c>, and written as they are elsewhere.
    /// </summary>
    /// <param name="language">The tag of the language that it speaks; null for English.</param>
    /// <exception cref="TrendingMailException">The template is broken; the message has file, line and column.</exception>
    public string Render(string name, ScriptObject model, string? language = null)
    {
        var now = Current();
        try
        {
            return now.Set.Render(name, model, now.Set.Language(language));
        }
        catch (TrendingMailException e) when (now.LastGood is { } good)
        {
            // Parsed, but wrong in what it asks for, which shows only here.
            if (now.TellOnce(name))
            {
                logger.LogError("{Fault}. The templates as they were before keep serving", e.Message);
            }

            return good.Render(name, model, good.Language(language));
        }
    }

    /// <summary>The bytes of a file that stands beside the templates (a style sheet, a picture), or null.</summary>
    public byte[]? ReadFile(string name)
    {
        var path = Path.GetFullPath(name, root);
        return !path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? throw new TrendingMailException($"Template {name} lies outside the templates' folder {root}.")
            : File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    private State Current()
    {
        var last = Interlocked.Read(ref lookedAt);
        if (clock.GetElapsedTime(last) < LookInterval ||
            Interlocked.CompareExchange(ref lookedAt, clock.GetTimestamp(), last) != last)
        {
            return state;
        }

        lock (reading)
        {
            return state = Look(state);
        }
    }

    private State Look(State before)
    {
        try
        {
            var stamp = Stamp();
            if (stamp == before.Stamp)
            {
                return before;
            }

            var read = Read();
            try
            {
                read.Check();
            }
            catch (TrendingMailException e)
            {
                logger.LogError("{Fault}. The templates as they were before keep serving", e.Message);
                return before with { Stamp = stamp };
            }

            logger.LogInformation("The templates in {Folder} were read anew", root);
            return new State(read, stamp, before.Failed ? before.LastGood : before.Set, before.Version + 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An editor is at work: the next look sees what it made.
            logger.LogDebug(e, "The templates cannot be read just now");
            return before;
        }
    }

    /// <summary>What changes when a file does.</summary>
    private string Stamp() => string.Join('\n', Files()
        .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal));

    private TemplateSet Read() => new(Files()
        .Where(file => TemplateSet.IsTemplate(file.Name) || file.Extension is ".css" or ".json")
        .Select(file => KeyValuePair.Create(
            Path.GetRelativePath(root, file.FullName).Replace('\\', '/'), File.ReadAllText(file.FullName))));

    private IEnumerable<FileInfo> Files() =>
        new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories);

    /// <param name="LastGood">What served before; null where this is the first.</param>
    private sealed record State(TemplateSet Set, string Stamp, TemplateSet? LastGood, int Version)
    {
        private readonly HashSet<string> told = [];

        /// <summary>Whether a template of this set failed.</summary>
        public bool Failed
        {
            get
            {
                lock (told)
                {
                    return told.Count > 0;
                }
            }
        }

        public bool TellOnce(string name)
        {
            lock (told)
            {
                return told.Add(name);
            }
        }
    }
}
