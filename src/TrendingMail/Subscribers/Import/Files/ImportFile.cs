using System.Text;
using CsvHelper;
using TrendingMail.Subscribers.Import.Columns;
using TrendingMail.Subscribers.Import.Lines;

namespace TrendingMail.Subscribers.Import.Files;

/// <summary>How to read a subscriber list.</summary>
public sealed record ImportFileOptions
{
    /// <summary>Whether the file is JSON Lines instead of CSV.</summary>
    public bool IsJson { get; init; }

    /// <summary>Fields by column name, for columns that are not recognized.</summary>
    public IReadOnlyDictionary<string, ImportField> Map { get; init; } = new Dictionary<string, ImportField>();

    /// <summary>Columns to leave out, even if they look like a subscription status.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of the file's encoding; null for UTF-8, or what its byte order mark says.</summary>
    public string? Encoding { get; init; }
}

/// <summary>Streams a subscriber list: CSV (RFC 4180, also with semicolons or tabs) or JSON Lines.</summary>
/// <param name="stream">Read once, from its current position.</param>
public sealed class ImportFile(Stream stream, ImportFileOptions options)
{
    private ImportColumns? columns;

    /// <summary>See <see cref="ImportColumns.Origin"/>. Known once the first line has been read.</summary>
    public string Origin => columns?.Origin ?? ImportLayouts.Plain;

    /// <summary>See <see cref="ImportColumns.Unused"/>. Complete once the last line has been read.</summary>
    public IReadOnlyList<string> UnusedColumns => columns?.Unused ?? [];

    /// <summary>Whether an encoding with this name is known.</summary>
    public static bool IsEncoding(string name) => EncodingFault.Find(name) is not null;

    /// <exception cref="TrendingMailException">
    /// The file is not a subscriber list, or is damaged from some line on; the lines before have been returned.
    /// </exception>
    public IEnumerable<ImportLine> Read(Preferences defaults)
    {
        var text = Open();
        return options.IsJson
            ? new JsonListReader(text, options, found => columns = found).Read(defaults)
            : new CsvListReader(text, options, found => columns = found).Read(defaults);
    }

    /// <summary>Turns what the readers report about damage into the words of this list.</summary>
    internal static T WithErrorContext<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException e)
        {
            throw new TrendingMailException(
                $"Cannot read the rest of the list: {e.Message} Check for an unclosed quote.", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new TrendingMailException(
                "The list has bytes that its encoding does not have. Check --encoding, or save the list as UTF-8.", e);
        }
    }

    private Stream Open()
    {
        if (options.Encoding is { } name)
        {
            var encoding = EncodingFault.Find(name)
                ?? throw new TrendingMailException($"There is no encoding '{name}'.");
            return Encoding.CreateTranscodingStream(stream, encoding, Encoding.UTF8);
        }

        if (stream.CanSeek)
        {
            // A damaged character near the end must not leave half of the list imported.
            var start = stream.Position;
            new Utf8ValidatingStream(stream).CopyTo(Stream.Null, 1 << 16);
            stream.Position = start;
            return stream;
        }

        return new Utf8ValidatingStream(stream);
    }
}
