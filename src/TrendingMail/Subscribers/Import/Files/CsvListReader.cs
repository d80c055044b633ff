using CsvHelper;
using TrendingMail.Subscribers.Export;
using TrendingMail.Subscribers.Import.Columns;
using TrendingMail.Subscribers.Import.Lines;

namespace TrendingMail.Subscribers.Import.Files;

/// <summary>Reads a list as CSV.</summary>
/// <param name="onDetected">Called with the columns, once the header has been read.</param>
internal sealed class CsvListReader(Stream stream, ImportFileOptions options, Action<ImportColumns> onDetected)
{
    /// <summary>A longer record means damage, such as an unclosed quote.</summary>
    private const int MaximumRecordBytes = 1 << 20;

    private CsvMalformedRecord? malformed;

    public IEnumerable<ImportLine> Read(Preferences defaults)
    {
        using var reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            TrackLineNumbers = true,
            MaxRecordSize = MaximumRecordBytes,
            PoolStrings = true,
            OnMalformedRecord = record => malformed = record,
        });
        var header = ImportFile.WithErrorContext(() =>
        {
            reader.ReadHeader();
            return reader.Headers;
        });
        ThrowIfDamaged();
        string[] names = [.. header];
        var columns = ImportColumns.Detect(names, options.Map, options.Ignored);
        onDetected(columns);
        var bindings = Bind(columns, names);
        var watched = names.Index()
            .Where(c => columns.FindField(c.Item) is null && columns.IsWatched(c.Item)).ToArray();
        var parser = new ImportLineParser(defaults, columns.Layout);
        var fields = new ImportValues();
        var isOwn = columns.Layout.Name == ImportLayouts.Own;
        while (ImportFile.WithErrorContext(reader.Read))
        {
            ThrowIfDamaged();
            ThrowIfStatusIsUnused(reader, watched);
            yield return Read(reader, fields, bindings, names.Length, isOwn) is { } fault
                ? new ImportLine(reader.LineNumber, reader.ByteOffset, null, fault)
                : parser.ParseLine(fields, reader.LineNumber, reader.ByteOffset);
        }
    }

    private static (ImportField Field, int Column)[] Bind(ImportColumns columns, string[] names) =>
    [
        .. names.Index().Where(column => columns.FindField(column.Item) is not null)
            .Select(column => (columns.FindField(column.Item)!.Value, column.Index)),
    ];

    /// <returns>Why the fields cannot be trusted; null if they can.</returns>
    private static string? Read(
        CsvReader reader, ImportValues fields, (ImportField Field, int Column)[] bindings, int columnCount, bool isOwn)
    {
        fields.Clear();
        for (var column = columnCount; column < reader.FieldCount; column++)
        {
            if (!reader.IsEmpty(column))
            {
                return $"The line has {reader.FieldCount} fields, the header {columnCount}. " +
                    "Put quotes around fields that contain the separator.";
            }
        }

        foreach (var (field, column) in bindings)
        {
            if (column < reader.FieldCount)
            {
                var text = reader.GetString(column);
                fields.Add(field, isOwn ? FormulaEscape.Unescape(text) : text);
            }
            else if (ImportValues.IsStatus(field))
            {
                return $"The line ends before the field that says whether the address may be mailed: it has " +
                    $"{reader.FieldCount} fields, the header {columnCount}.";
            }
        }

        return null;
    }

    /// <summary>
    /// A quote that is never closed, or is closed by the next one lines later, has swallowed lines: what they said,
    /// such as that someone has left, is lost.
    /// </summary>
    private void ThrowIfDamaged()
    {
        if (malformed is not { } record)
        {
            return;
        }

        malformed = null;
        if (record.Reason == CsvMalformedReason.UnterminatedQuote ||
            (record.Reason == CsvMalformedReason.TextAfterClosingQuote &&
            record.RawRecord.AsSpan().TrimEnd("\r\n").Contains('\n')))
        {
            throw new TrendingMailException(
                $"Line {record.LineNumber} opens a quote that is not closed. Nothing was taken from this line on: " +
                    "close the quote, and import the list again.");
        }
    }

    private static void ThrowIfStatusIsUnused(CsvReader reader, (int Index, string Item)[] watched)
    {
        foreach (var (index, name) in watched)
        {
            if (index < reader.FieldCount && ImportStates.IsOptOut(reader.GetSpan(index)))
            {
                throw ImportColumns.UnusedStatus(
                    $"The column '{name}' says '{reader.GetString(index)}' in line {reader.LineNumber}", name);
            }
        }
    }
}
