using System.Text.Json;

namespace TrendingMail.Storage.Backup.Archives;

/// <summary>What a backup contains: the file <c>manifest.json</c> in it.</summary>
/// <param name="Format">The version of the backup format.</param>
/// <param name="Engine">The database engine, as in <c>Database:Provider</c>.</param>
/// <param name="Schema">The schema version of the database.</param>
/// <param name="CreatedAt">The instant whose data the backup holds, give or take the start of the copy.</param>
/// <param name="Files">The other files in the backup.</param>
/// <param name="Tables">The tables of the database.</param>
public sealed record BackupManifest(
    int Format, string Engine, int Schema, DateTimeOffset CreatedAt, IReadOnlyList<BackupEntry> Files,
    IReadOnlyList<TableSummary> Tables)
{
    public const int CurrentFormat = 1;

    internal const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The number of rows in all tables.</summary>
    public long Rows => Tables.Sum(table => table.Rows);

    internal Task WriteAsync(Stream output, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeAsync(output, this, Json, cancellationToken);

    /// <exception cref="JsonException">The text is not a manifest.</exception>
    internal static BackupManifest Read(Stream input) =>
        JsonSerializer.Deserialize<BackupManifest>(input, Json) ?? throw new JsonException("The manifest is null.");
}

/// <summary>A file in a backup.</summary>
/// <param name="Name">The path in the backup, with slashes.</param>
/// <param name="Sha256">The SHA-256 hash of the contents, in hexadecimal.</param>
public sealed record BackupEntry(string Name, string Sha256);

/// <summary>The contents of a table.</summary>
/// <param name="Hash">A hash over all rows that does not depend on their order; see <see cref="RowHash"/>.</param>
public sealed record TableSummary(string Name, long Rows, string Hash);
