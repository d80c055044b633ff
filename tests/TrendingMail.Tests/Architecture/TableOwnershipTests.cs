namespace TrendingMail.Tests.Architecture;

/// <summary>Every table has one owning folder: only its code writes the table; see <see cref="TableOwners"/>.</summary>
public sealed class TableOwnershipTests
{
    private static readonly string Library = Path.Combine(Repository.Root, "src", "TrendingMail");

    private static readonly Lazy<IReadOnlyList<SqlReference>> Source = new(() => [.. ReadSource()]);

    private static readonly string[] EngineNames = ["Sqlite", "PostgreSql"];

    public static TheoryData<string> Engines => [.. EngineNames];

    [Fact]
    public void OnlyTheOwnerWritesATable() => Assert.Empty(FindForeignWrites(Source.Value));

    [Fact]
    public void AFolderReadsAnothersTableOnlyWhereTheListSaysWhy() => Assert.Empty(FindForeignReads(Source.Value));

    [Fact]
    public void TableNamesAreComputedOnlyWhereTheListSaysWhy() => Assert.Empty(Source.Value
        .Where(reference => reference.Table == SqlReferences.Computed)
        .Select(reference => reference.File)
        .Except(TableOwners.Computed.Select(entry => entry.File)));

    [Theory]
    [MemberData(nameof(Engines))]
    public void EveryTableOfASchemaHasAnOwner(string engine)
    {
        Assert.Empty(ReadSchema(engine).Tables.Except(TableOwners.Folders.Keys));
    }

    [Fact]
    public void EveryOwnedTableExists()
    {
        // The program itself creates the table of the migrations.
        string[] tables = ["schema_versions", .. EngineNames.SelectMany(engine => ReadSchema(engine).Tables)];

        Assert.Empty(TableOwners.Folders.Keys.Except(tables));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void ATriggerWritesAnothersTableOnlyWhereTheListSaysWhy(string engine) =>
        Assert.Empty(FindForeignTriggers(ReadSchema(engine)).Except(AllowedTriggers()));

    [Fact]
    public void EveryEntryOfTheListsIsUsed()
    {
        var reads = Source.Value.Where(reference => !reference.IsWrite)
            .Select(reference => (reference.Folder, reference.Table)).ToHashSet();
        var computed = Source.Value.Where(reference => reference.Table == SqlReferences.Computed)
            .Select(reference => reference.File);
        var triggers = EngineNames.SelectMany(engine => FindForeignTriggers(ReadSchema(engine)));

        Assert.Empty(AllowedReads().Except(reads));
        Assert.DoesNotContain(AllowedReads(), read => TableOwners.Folders[read.Table] == read.Folder);
        Assert.Empty(TableOwners.Computed.Select(entry => entry.File).Except(computed));
        Assert.Empty(AllowedTriggers().Except(triggers));
    }

    [Theory]
    [InlineData("""session.ExecuteAsync("UPDATE subscribers SET state = 'active'")""")]
    [InlineData("""session.ExecuteAsync("DELETE FROM subscribers WHERE id = @id")""")]
    [InlineData("""session.ExecuteAsync("INSERT OR IGNORE INTO subscribers (id) VALUES (1)")""")]
    [InlineData("""session.ExecuteAsync($"UPDATE subscribers SET {column} = 1")""")]
    [InlineData("""session.ExecuteAsync("INSERT INTO " + "subscribers (id) " + values)""")]
    [InlineData("""session.ExecuteAsync(all ? "SELECT 1" : "DELETE FROM subscribers")""")]
    [InlineData("""session.InsertManyAsync("subscribers", columns, rows)""")]
    [InlineData("""rows = TableRows.Define("subscribers", "id", "address")""")]
    [InlineData("""sql = "WITH due AS (SELECT 1), changed AS (UPDATE subscribers s SET state = 'x' RETURNING s.id) SELECT 1" """)]
    [InlineData("""writer = connection.BeginBinaryImport("COPY subscribers (id) FROM STDIN")""")]
    public void AWriteFromElsewhereIsFound(string statement) => Assert.Equal(
        "Digests/Planning/Planner.cs writes subscribers",
        Assert.Single(FindForeignWrites(Scan("Digests/Planning/Planner.cs", statement))));

    [Fact]
    public void AWriteInARawStringLiteralIsFound()
    {
        const string Source = """"
            var sql = $"""
                WITH due AS ({LockSql}),
                queued AS (
                    INSERT INTO deliveries (id)
                    SELECT 1)
                SELECT 1
                """;
            """";

        Assert.Equal(
            ["Digests/Planner.cs writes deliveries"],
            FindForeignWrites(SqlReferences.InSource("Digests/Planner.cs", Source)));
    }

    [Fact]
    public void AWriteToATableWithoutAnOwnerIsFound() =>
        Assert.Single(
            FindForeignWrites(Scan("Subscribers/Store.cs", """sql = "INSERT INTO nobodys (id) VALUES (1)" """)));

    [Fact]
    public void AWriteFromASubfolderOfTheOwnerIsFound() =>
        Assert.Single(
            FindForeignWrites(
                Scan("Subscribers/Interests/Store.cs", """sql = "UPDATE subscribers SET profile = ''" """)));

    [Theory]
    [InlineData("""sql = "UPDATE subscribers SET state = 'active'" """)]
    [InlineData("""sql = "INSERT INTO subscribers (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET state = 'active'" """)]
    [InlineData("""sql = "SELECT id FROM subscribers FOR NO KEY UPDATE SKIP LOCKED" """)]
    [InlineData("""Fail("The deliveries are up to date. Update the program.")""")]
    [InlineData("""Run() /* DELETE FROM deliveries */""")]
    public void NothingElseIsTakenForAForeignWrite(string statement) =>
        Assert.Empty(FindForeignWrites(Scan("Subscribers/Store.cs", statement)));

    [Theory]
    [InlineData("SELECT 1 FROM deliveries d")]
    [InlineData("SELECT 1 FROM subscribers s LEFT JOIN deliveries d ON d.subscriber_id = s.id")]
    [InlineData("SELECT 1 FROM subscribers AS s, deliveries d")]
    [InlineData("DELETE FROM subscribers WHERE EXISTS (SELECT 1 FROM deliveries)")]
    public void AReadFromElsewhereIsFound(string sql) => Assert.Equal(
        "Subscribers/Store.cs reads deliveries",
        Assert.Single(FindForeignReads(Scan("Subscribers/Store.cs", $"sql = \"{sql}\""))));

    [Theory]
    [InlineData("""sql = $"DELETE FROM {table}" """)]
    [InlineData("""sql = "SELECT * FROM " + table""")]
    [InlineData("session.InsertManyAsync(table, columns, rows)")]
    public void AComputedTableNameIsFound(string statement) =>
        Assert.Contains(
            Scan("Subscribers/Store.cs", statement), reference => reference.Table == SqlReferences.Computed);

    [Theory]
    [InlineData("CREATE TRIGGER t AFTER UPDATE OF day, title ON papers WHEN new.day > 1 BEGIN DELETE FROM " +
        "deliveries; END;")]
    [InlineData("""
        CREATE FUNCTION f() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN DELETE FROM deliveries; RETURN OLD; END $$;
        CREATE TRIGGER t AFTER DELETE ON papers FOR EACH ROW EXECUTE FUNCTION f();
        """)]
    public void ATriggerThatWritesAnothersTableIsFound(string migration) =>
        Assert.Equal([("papers", "deliveries")], FindForeignTriggers(MigrationSchema.Parse([migration])));

    [Fact]
    public void TheTablesOfAMigratedSchemaAreThoseThatRemain() =>
        Assert.Equal(["kept", "renamed"], MigrationSchema.Parse(
        [
            "CREATE TABLE old (id INTEGER); -- CREATE TABLE comment\nCREATE TABLE gone (id INTEGER);",
            "ALTER TABLE old RENAME TO renamed; DROP TABLE gone; CREATE TABLE IF NOT EXISTS kept (id INTEGER);",
            "ALTER TABLE kept RENAME COLUMN id TO number; EXECUTE format('CREATE TABLE month_%s (id INTEGER)', month);",
        ]).Tables.Order());

    private static IEnumerable<string> FindForeignWrites(IEnumerable<SqlReference> references) => references
        .Where(reference => reference.IsWrite && reference.Table != SqlReferences.Computed
            && TableOwners.Folders.GetValueOrDefault(reference.Table) != reference.Folder)
        .Select(reference => reference.ToString());

    private static IEnumerable<string> FindForeignReads(IEnumerable<SqlReference> references) => references
        .Where(reference => !reference.IsWrite
            && TableOwners.Folders.TryGetValue(reference.Table, out var owner) && owner != reference.Folder
            && !AllowedReads().Contains((reference.Folder, reference.Table)))
        .Select(reference => reference.ToString());

    private static IEnumerable<(string, string)> FindForeignTriggers(MigrationSchema schema) => schema.TriggerWrites
        .Where(trigger => TableOwners.Folders.GetValueOrDefault(trigger.Table)
            != TableOwners.Folders.GetValueOrDefault(trigger.Writes, "nobody"));

    private static IEnumerable<(string Folder, string Table)> AllowedReads() =>
        TableOwners.Reads.SelectMany(read => read.Tables.Select(table => (read.Folder, table)));

    private static IEnumerable<(string, string)> AllowedTriggers() =>
        TableOwners.Triggers.Select(trigger => (trigger.Table, trigger.Writes));

    private static IEnumerable<SqlReference> Scan(string file, string statement) =>
        SqlReferences.InSource(file, $"class C {{ void M() {{ {statement}; }} }}");

    private static IEnumerable<SqlReference> ReadSource() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Library, path).Replace('\\', '/'))
            .Where(file => !file.StartsWith("obj/", StringComparison.Ordinal) &&
                !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => SqlReferences.InSource(file, File.ReadAllText(Path.Combine(Library, file))));

    private static MigrationSchema ReadSchema(string engine) => MigrationSchema.Parse(
        Directory.EnumerateFiles(Path.Combine(Library, "Storage", "Migrations", engine), "*.sql")
            .Order(StringComparer.Ordinal).Select(File.ReadAllText));
}
