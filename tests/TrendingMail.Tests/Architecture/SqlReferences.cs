using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrendingMail.Tests.Architecture;

/// <summary>A table that a file's SQL names.</summary>
/// <param name="File">The path below <c>src/TrendingMail</c>.</param>
/// <param name="Table">The table, or <see cref="SqlReferences.Computed"/>.</param>
internal sealed record SqlReference(string File, string Table, bool IsWrite)
{
    /// <summary>The folder of the file, or the one whose part it is.</summary>
    public string Folder => TableOwners.Parts.GetValueOrDefault(Location, Location);

    private string Location => Path.GetDirectoryName(File)!.Replace('\\', '/');

    public override string ToString() => $"{File} {(IsWrite ? "writes" : "reads")} {Table}";
}

/// <summary>Finds the tables that SQL in string literals reads and writes.</summary>
internal static partial class SqlReferences
{
    /// <summary>Stands for a table name that an expression computes.</summary>
    public const string Computed = "{}";

    /// <summary>Methods whose first argument names a table that they write.</summary>
    private static readonly string[] WritingMethods = ["InsertManyAsync", "Define"];

    public static IEnumerable<SqlReference> InSource(string file, string source)
    {
        var root = CSharpSyntaxTree.ParseText(source).GetRoot();
        var texts = root.DescendantNodes().OfType<ExpressionSyntax>()
            .Where(expression => IsText(expression) && !IsPartOfConcatenation(expression))
            .SelectMany(expression => InSql(file, Flatten(expression)));
        var calls = root.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => WritingMethods.Contains(MethodName(call)) && call.ArgumentList.Arguments.Count > 1)
            .Select(call => new SqlReference(file, TableArgument(call), IsWrite: true));
        return texts.Concat(calls).Distinct();
    }

    public static IEnumerable<SqlReference> InSql(string file, string sql)
    {
        foreach (Match write in Write().Matches(sql))
        {
            yield return new SqlReference(file, write.Groups["table"].Value, IsWrite: true);
        }

        foreach (var table in Read().Matches(Deletion().Replace(sql, ""))
            .SelectMany(read => read.Groups["table"].Captures))
        {
            yield return new SqlReference(file, table.Value, IsWrite: false);
        }
    }

    // UPDATE is also part of DO UPDATE SET, FOR UPDATE, and the events of triggers and foreign keys.
    [GeneratedRegex("""
        \b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|COPY
            |(?:CREATE|DROP|ALTER)\s+TABLE
            |(?<!\b(?:FOR|DO|KEY|BEFORE|AFTER|OR|ON)\s+)UPDATE(?:\s+OR\s+\w+)?)
        \s+(?:IF\s+(?:NOT\s+)?EXISTS\s+|ONLY\s+)?(?<table>\{\}|(?>[a-z_]\w*))
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Write();

    [GeneratedRegex("""
        \b(?:FROM|JOIN)\s+(?:ONLY\s+)?(?<table>\{\}|(?>[a-z_]\w*)(?!\s*\())
        (?:(?:\s+(?:AS\s+)?[a-z_]\w*)?\s*,\s*(?<table>(?>[a-z_]\w*)(?!\s*\()))*
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Read();

    [GeneratedRegex(@"\bDELETE\s+FROM\b")]
    private static partial Regex Deletion();

    private static bool IsText(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal => literal.Token.Value is string,
        InterpolatedStringExpressionSyntax => true,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => IsText(sum.Left) || IsText(sum.Right),
        _ => false,
    };

    private static bool IsPartOfConcatenation(ExpressionSyntax expression) =>
        expression.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression };

    private static string Flatten(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal when literal.Token.Value is string text => text,
        InterpolatedStringExpressionSyntax interpolated => string.Concat(interpolated.Contents.Select(content =>
            content is InterpolatedStringTextSyntax text ? text.TextToken.ValueText : Computed)),
        BinaryExpressionSyntax sum => Flatten(sum.Left) + Flatten(sum.Right),
        _ => Computed,
    };

    private static string? MethodName(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        _ => null,
    };

    private static string TableArgument(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments.Select(argument => argument.Expression).FirstOrDefault(IsText) is { } text
            && text == call.ArgumentList.Arguments[0].Expression
            ? Flatten(text)
            : Computed;
}
