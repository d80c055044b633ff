using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scriban.Runtime;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Templates;

/// <summary>
/// The operator's templates: a folder of Scriban files with a theme and languages. Template names are paths relative to
/// it. An edit takes effect within a second; if it has an error, the error is logged with file, line and column, and
/// the last valid templates remain in use.
/// </summary>
public sealed class TemplateLibrary
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly string root;

    private readonly TimeProvider clock;

    private readonly ILogger logger;

    private readonly Lock reloadLock = new();

    private volatile State state;

    private long checkedAt;

    /// <exception cref="TrendingMailException">
    /// The folder does not exist, or its theme or a language is invalid.
    /// </exception>
    public TemplateLibrary(string root, TimeProvider? clock = null, ILogger<TemplateLibrary>? logger = null)
    {
        this.root = Path.GetFullPath(root);
        this.clock = clock ?? TimeProvider.System;
        this.logger = logger ?? NullLogger<TemplateLibrary>.Instance;
        if (!Directory.Exists(this.root))
        {
            throw new TrendingMailException(
                $"The templates folder {this.root} does not exist; restore it from the release archive.");
        }

        state = new State(Load(), Fingerprint(), null, 1);
        checkedAt = this.clock.GetTimestamp();
    }

    /// <summary>Increases with each change that took effect; output of an older version is stale.</summary>
    public int Version => CurrentState().Version;

    /// <summary>The languages in which messages can be rendered.</summary>
    public IReadOnlyCollection<Language> Languages => CurrentState().Set.Languages;

    /// <summary>Finds the language for a tag such as <c>de</c>; English if there is none.</summary>
    public Language FindLanguage(string? tag) => CurrentState().Set.FindLanguage(tag);

    /// <summary>Parses every template, so that an error is found at startup rather than at the first send.</summary>
    /// <exception cref="TrendingMailException">
    /// A template has an error; the message has file, line and column.
    /// </exception>
    public void Check() => CurrentState().Set.Check();

    /// <summary>
    /// Renders a template. Values are HTML-encoded if its name ends in <c>.html</c>, and written unchanged otherwise.
    /// </summary>
    /// <param name="language">The language tag; null for English.</param>
    /// <exception cref="TrendingMailException">
    /// The template has an error; the message has file, line and column.
    /// </exception>
    public string Render(string name, ScriptObject model, string? language = null)
    {
        var current = CurrentState();
        try
        {
            return current.Set.Render(name, model, current.Set.FindLanguage(language));
        }
        catch (TrendingMailException e) when (current.LastGood is { } lastGood)
        {
            // The template parses but uses an unknown name, which only rendering detects.
            if (current.TryMarkFailed(name))
            {
                logger.LogError("{Error}. The previous templates remain in use", e.Message);
            }

            return lastGood.Render(name, model, lastGood.FindLanguage(language));
        }
    }

    /// <summary>
    /// Reads a static file from the templates folder, such as a style sheet or image; null if there is none.
    /// </summary>
    public byte[]? ReadFile(string name)
    {
        var path = Path.GetFullPath(name, root);
        return !path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? throw new TrendingMailException($"Template {name} is outside the templates folder {root}.")
            : File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    private State CurrentState()
    {
        var last = Interlocked.Read(ref checkedAt);
        if (clock.GetElapsedTime(last) < CheckInterval ||
            Interlocked.CompareExchange(ref checkedAt, clock.GetTimestamp(), last) != last)
        {
            return state;
        }

        lock (reloadLock)
        {
            return state = ReloadIfChanged(state);
        }
    }

    private State ReloadIfChanged(State previous)
    {
        try
        {
            var fingerprint = Fingerprint();
            if (fingerprint == previous.Fingerprint)
            {
                return previous;
            }

            var loaded = Load();
            try
            {
                loaded.Check();
            }
            catch (TrendingMailException e)
            {
                logger.LogError("{Error}. The previous templates remain in use", e.Message);
                return previous with { Fingerprint = fingerprint };
            }

            logger.LogInformation("Reloaded the templates in {Folder}", root);
            return new State(
                loaded, fingerprint, previous.Failed ? previous.LastGood : previous.Set, previous.Version + 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Someone is saving a file; the next check reads it.
            logger.LogDebug(e, "Cannot read the templates; retrying at the next check");
            return previous;
        }
    }

    /// <summary>A fingerprint that changes when any file does.</summary>
    private string Fingerprint() => string.Join('\n', Files()
        .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal));

    private TemplateSet Load() => new(Files()
        .Where(file => TemplateSet.IsTemplate(file.Name) || file.Extension is ".css" or ".json")
        .Select(file => KeyValuePair.Create(
            Path.GetRelativePath(root, file.FullName).Replace('\\', '/'), File.ReadAllText(file.FullName))));

    private IEnumerable<FileInfo> Files() =>
        new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories);

    /// <param name="LastGood">The last templates that worked; null if these are the first.</param>
    private sealed record State(TemplateSet Set, string Fingerprint, TemplateSet? LastGood, int Version)
    {
        private readonly HashSet<string> failedTemplates = [];

        /// <summary>Whether a template of this set has failed.</summary>
        public bool Failed
        {
            get
            {
                lock (failedTemplates)
                {
                    return failedTemplates.Count > 0;
                }
            }
        }

        public bool TryMarkFailed(string name)
        {
            lock (failedTemplates)
            {
                return failedTemplates.Add(name);
            }
        }
    }
}
