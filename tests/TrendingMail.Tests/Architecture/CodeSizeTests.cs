using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrendingMail.Tests.Architecture;

/// <summary>Folders, files and methods stay small enough to be read in one go.</summary>
public sealed class CodeSizeTests
{
    private const int FilesInAFolder = 12;

    private const int LinesOfAFile = 300;

    private const int LinesOfAMethod = 50;

    [Fact]
    public void NoFolderHoldsTooManyFiles() => AssertNone(
        from file in SourceFiles.WithExtension(".cs")
        group file by Path.GetDirectoryName(file)! into folder
        where folder.Count() > FilesInAFolder
        orderby folder.Key
        select $"{folder.Key}: {folder.Count()}");

    [Fact]
    public void NoFileOfTheProductIsTooLong() => AssertNone(
        from file in ProductFiles
        let lines = SourceFiles.Read(file).Count(character => character == '\n')
        where lines > LinesOfAFile
        select $"{file}: {lines}");

    [Fact]
    public void NoMethodOfTheProductIsTooLong() => AssertNone(
        ProductFiles.SelectMany(file => TooLong(file, SourceFiles.Read(file))));

    [Fact]
    public void TheRuleFindsALongMethodButNotALongLiteral()
    {
        var lines = string.Concat(Enumerable.Repeat("        Run();\n", LinesOfAMethod));

        Assert.Single(TooLong("A.cs", $"class A\n{{\n    void Run()\n    {{\n{lines}    }}\n}}\n"));
        Assert.Empty(TooLong("A.cs", $"class A\n{{\n    string Run() => \"\"\"\n{lines}        \"\"\";\n}}\n"));
    }

    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    private static IEnumerable<string> ProductFiles =>
        SourceFiles.WithExtension(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal));

    /// <summary>The methods whose code has too many lines; a literal, such as SQL, counts as one.</summary>
    private static IEnumerable<string> TooLong(string file, string source) =>
        from member in CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes()
        where member is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax
        let lines = Lines(member) - member.DescendantNodes(node => !IsText(node)).Where(IsText).Sum(t => Lines(t) - 1)
        where lines > LinesOfAMethod
        select $"{file}:{member.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {lines}";

    private static bool IsText(SyntaxNode node) =>
        node is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax;

    private static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}
