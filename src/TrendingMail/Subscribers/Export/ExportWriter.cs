using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using CsvHelper;

namespace TrendingMail.Subscribers.Export;

/// <summary>
/// Writes records as CSV with a header, or as JSON Lines, where fields that hold JSON are embedded as such. In CSV,
/// texts that a spreadsheet would run as a formula are marked, see <see cref="FormulaEscape"/>.
/// </summary>
internal sealed class ExportWriter : IAsyncDisposable
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly Stream stream;
    private readonly IReadOnlyList<string> columns;
    private readonly IReadOnlySet<string> jsonColumns;
    private readonly CsvWriter? csv;
    private readonly Utf8JsonWriter? json;

    /// <param name="jsonColumns">The columns that hold JSON.</param>
    public ExportWriter(Stream stream, bool isJson, IReadOnlyList<string> columns, IReadOnlySet<string> jsonColumns)
    {
        this.stream = stream;
        this.columns = columns;
        this.jsonColumns = jsonColumns;
        if (isJson)
        {
            json = new Utf8JsonWriter(stream, Json);
            return;
        }

        csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteRecord([.. columns]);
    }

    public async ValueTask WriteAsync(IReadOnlyList<string?> fields, CancellationToken cancellationToken)
    {
        if (csv is not null)
        {
            foreach (var field in fields)
            {
                csv.WriteField(FormulaEscape.Escape(field));
            }

            await csv.EndRecordAsync(cancellationToken);
            return;
        }

        json!.WriteStartObject();
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i] is not { } field)
            {
                json.WriteNull(columns[i]);
            }
            else if (jsonColumns.Contains(columns[i]))
            {
                json.WritePropertyName(columns[i]);
                json.WriteRawValue(field, skipInputValidation: true);
            }
            else
            {
                json.WriteString(columns[i], field);
            }
        }

        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        json.Reset();
        stream.WriteByte((byte)'\n');
    }

    public async ValueTask DisposeAsync()
    {
        if (csv is not null)
        {
            await csv.FlushAsync();
            csv.Dispose();
        }

        json?.Dispose();
        await stream.FlushAsync();
    }
}
