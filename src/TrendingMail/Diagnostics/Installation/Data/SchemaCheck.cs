using TrendingMail.Storage.Migrations;

namespace TrendingMail.Diagnostics.Installation.Data;

/// <summary>Whether the database has the schema of this program.</summary>
internal sealed class SchemaCheck(Migrator migrator) : DiagnosticCheck(
    CheckGroup.Installation, "schema", "whether the database has the schema that this version needs")
{
    public override async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
        [Judge(await migrator.CurrentVersionAsync(cancellationToken), migrator.LatestVersion)];

    internal static Finding Judge(int current, int latest) => current switch
    {
        0 => Finding.Warn("The database is empty.", "Start the program, or run 'db migrate'."),
        _ when current < latest => Finding.Warn(
            $"The schema has version {current}, and this program needs {latest}.",
            "Start the program, or run 'db migrate'. Make a backup before: 'db backup FILE'."),
        _ when current > latest => Finding.Bad(
            $"The schema has version {current}, and this program knows {latest}: it is older than the database.",
            "Install the version of the program that last ran, or a later one."),
        _ => Finding.Good($"The schema has version {current}."),
    };
}
