using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TrendingMail.Tests.Architecture;

/// <summary>Lines are at most 120 columns long, which .editorconfig says and no analyzer checks.</summary>
public sealed class LineLengthTests
{
    private const int Maximum = 120;

    [Fact]
    public void NoLineOfCodeIsTooLong() => Assert.Empty(
        SourceFiles.WithExtension(".cs").SelectMany(file => TooLong(file, SourceFiles.Read(file))));

    [Fact]
    public void NoLineOfAScriptIsTooLong() => Assert.Empty(
        SourceFiles.WithExtension(".sh", ".py", ".mjs")
            .SelectMany(file => SourceFiles.Read(file).Split('\n')
                .Select((line, index) => (line, index))
                .Where(line => line.line.Length > Maximum)
                .Select(line => $"{file}:{line.index + 1}")));

    [Fact]
    public void TheRuleFindsLongLinesButNotLongData()
    {
        var name = new string('x', Maximum);

        Assert.Single(TooLong("Long.cs", $"// {name}"));
        Assert.Single(TooLong("Long.cs", $"class {name};"));
        Assert.Empty(TooLong("tests/Data.cs", $"class A {{ string B => \"\"\"\n    {name}\n    \"\"\"; }}"));
        Assert.Single(TooLong("src/Data.cs", $"class A\n{{\n    string B =>\n        \"{name}\";\n}}"));
    }

    /// <summary>Data of a test, such as a recorded message, stands in a literal and may be longer.</summary>
    private static IEnumerable<string> TooLong(string file, string source)
    {
        var text = SourceText.From(source);
        var lines = text.Lines.Where(line => line.Span.Length > Maximum).ToArray();
        if (lines.Length == 0)
        {
            return [];
        }

        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        return lines
            .Where(line => !file.StartsWith("tests/", StringComparison.Ordinal) || !IsInLiteral(root, line))
            .Select(line => $"{file}:{line.LineNumber + 1}");
    }

    private static bool IsInLiteral(SyntaxNode root, TextLine line)
    {
        var token = root.FindToken(line.Start + Maximum / 2);
        return token.Parent is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression }
            || token.Parent?.FirstAncestorOrSelf<InterpolatedStringExpressionSyntax>() is not null;
    }
}
