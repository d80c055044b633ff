using System.Text.RegularExpressions;

namespace TrendingMail.Tests.Architecture;

/// <summary>What an engine's migrations create.</summary>
/// <param name="Tables">The tables and views that exist after the last one.</param>
/// <param name="TriggerWrites">The tables that triggers write, each with the table that the trigger is on.</param>
internal sealed partial record MigrationSchema(
    IReadOnlySet<string> Tables, IReadOnlyList<(string Table, string Writes)> TriggerWrites)
{
    /// <param name="migrations">The texts of the migrations, oldest first.</param>
    public static MigrationSchema Parse(IEnumerable<string> migrations)
    {
        var sql = Comment().Replace(string.Join('\n', migrations), "");
        var tables = new HashSet<string>();
        foreach (Match change in TableChange().Matches(sql))
        {
            if (change.Groups["created"] is { Success: true } created)
            {
                tables.Add(created.Value);
            }
            else
            {
                tables.Remove(change.Groups["dropped"].Value);
                tables.Remove(change.Groups["from"].Value);
                tables.UnionWith(change.Groups["to"].Captures.Select(to => to.Value));
            }
        }

        var functions = Function().Matches(sql).ToLookup(f => f.Groups["name"].Value, f => f.Groups["body"].Value);
        var writes = Trigger().Matches(sql).SelectMany(trigger =>
            functions[trigger.Groups["function"].Value].Append(trigger.Groups["body"].Value)
                .SelectMany(body => SqlReferences.InSql("migrations", body))
                .Where(reference => reference.IsWrite)
                .Select(reference => (trigger.Groups["table"].Value, reference.Table)));
        return new MigrationSchema(tables, [.. writes.Distinct()]);
    }

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comment();

    // A name that ends in % is a pattern of format().
    [GeneratedRegex("""
        \bCREATE\s+(?:(?:VIRTUAL\s+)?TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?<created>(?>\w+))(?!%)
        |\bDROP\s+(?:TABLE|VIEW)\s+(?<dropped>\w+)
        |\bALTER\s+TABLE\s+(?<from>\w+)\s+RENAME\s+TO\s+(?<to>\w+)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TableChange();

    [GeneratedRegex("""
        \bFUNCTION\s+(?<name>\w+)\s*\(\)\s*RETURNS\s+TRIGGER\b[^$]*\$\$(?<body>.*?)\$\$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex Function();

    [GeneratedRegex("""
        \bCREATE\s+TRIGGER\s[^;]*?\sON\s+(?<table>\w+)[^;]*?
        (?:\bBEGIN\b(?<body>.*?)\bEND\s*;|\bEXECUTE\s+FUNCTION\s+(?<function>\w+))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex Trigger();
}
