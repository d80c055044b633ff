using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrendingMail.Tests.Architecture;

/// <summary>
/// Names and texts use the terms of docs/glossary.md. <c>vocabulary.tsv</c> lists words that the project used for
/// things that the field calls otherwise.
/// </summary>
public sealed partial class VocabularyTests
{
    private static readonly Word[] Words =
    [
        .. ReadTable("vocabulary.tsv").Select(fields => new Word(fields[0], fields[1] == "everywhere", fields[2])),
    ];

    private static readonly Exemption[] Exemptions =
    [
        .. ReadTable("vocabulary-exemptions.tsv")
            .Select(fields => new Exemption(fields[0], new Regex(fields[1]), fields[2])),
    ];

    [Fact]
    public void IdentifiersUseTheGlossary() => Assert.Empty(Report(Identifiers()));

    [Fact]
    public void TextsUseTheGlossary() => Assert.Empty(Report(Texts()));

    [Fact]
    public void EveryExemptionIsNeeded()
    {
        var used = Identifiers().Concat(Texts())
            .SelectMany(place => Exemptions.Where(exemption =>
                place.Words.Contains(exemption.Word) && exemption.Pattern.IsMatch(place.Text)))
            .ToHashSet();

        Assert.Empty(Exemptions.Except(used));
    }

    [Fact]
    public void MethodNamesSayWhatTheyDo() => Assert.Empty(
        from place in Identifiers()
        where place.IsMethod && PrepositionAtTheEnd().IsMatch(place.Text)
        select place.ToString());

    [Fact]
    public void TheRuleFindsWhatItForbids()
    {
        var places = FindIdentifiers("File.cs", """
            class LedgerClerk { int lanes; void Send(string reader) { using var reader = new StreamReader(""); } }
            """);

        Assert.Equal(
            ["LedgerClerk", "LedgerClerk", "lanes", "reader"], Report(places).Select(line => line.Split('\'')[1]));
        Assert.Equal(["ledger", "clerk"], Place.Split("LedgerClerk"));
    }

    private static IEnumerable<string> Report(IEnumerable<Place> places) =>
        from place in places
        from word in Words
        where (place.IsIdentifier || word.Everywhere) && place.Words.Contains(word.Text)
            && !Exemptions.Any(exemption => exemption.Word == word.Text && exemption.Pattern.IsMatch(place.Text))
        select $"{place}: use {word.Replacement} instead of {word.Text}";

    private static IEnumerable<Place> Identifiers() =>
        SourceFiles.WithExtension(".cs").SelectMany(file => FindIdentifiers(file, SourceFiles.Read(file)));

    /// <summary>
    /// Declared names. A variable that holds a StreamReader or the like may be called reader.
    /// </summary>
    private static IEnumerable<Place> FindIdentifiers(string file, string source)
    {
        foreach (var node in CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes())
        {
            var name = node switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier,
                DelegateDeclarationSyntax type => type.Identifier,
                MethodDeclarationSyntax method => method.Identifier,
                LocalFunctionStatementSyntax function => function.Identifier,
                PropertyDeclarationSyntax property => property.Identifier,
                EnumMemberDeclarationSyntax member => member.Identifier,
                ParameterSyntax parameter when !IsStreamReader(parameter.Type) => parameter.Identifier,
                VariableDeclaratorSyntax variable when !IsStreamReader(variable.Initializer?.Value) &&
                    !IsStreamReader((variable.Parent as VariableDeclarationSyntax)?.Type) => variable.Identifier,
                SingleVariableDesignationSyntax variable => variable.Identifier,
                ForEachStatementSyntax loop => loop.Identifier,
                _ => default,
            };
            if (name.Text is { Length: > 0 } text)
            {
                yield return new Place(file, Line(name), text, IsIdentifier: true,
                    node is MethodDeclarationSyntax or LocalFunctionStatementSyntax);
            }
        }
    }

    private static IEnumerable<Place> Texts()
    {
        var literals =
            from file in SourceFiles.WithExtension(".cs")
            where file.StartsWith("src/", StringComparison.Ordinal)
            from token in CSharpSyntaxTree.ParseText(SourceFiles.Read(file)).GetRoot().DescendantTokens()
            where token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
                or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
            select new Place(file, Line(token), token.Text, IsIdentifier: false, IsMethod: false);
        var lines =
            from file in SourceFiles.WithExtension(".html", ".txt", ".subject", ".md", ".json")
            where !file.StartsWith("tests/", StringComparison.Ordinal) && !IsData(file)
            from line in SourceFiles.Read(file).Split('\n').Select((text, index) => (text, index))
            select new Place(file, line.index + 1, line.text, IsIdentifier: false, IsMethod: false);
        return literals.Concat(lines);
    }

    /// <summary>Sample papers, package locks and word lists are not our own words.</summary>
    private static bool IsData(string file) =>
        file.EndsWith("packages.lock.json", StringComparison.Ordinal) ||
        file.StartsWith("src/", StringComparison.Ordinal);

    private static bool IsStreamReader(SyntaxNode? node) =>
        node?.ToString().Contains("Reader", StringComparison.Ordinal) == true;

    private static int Line(SyntaxToken token) => token.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    private static IEnumerable<string[]> ReadTable(string name) =>
        File.ReadLines(Path.Combine(Repository.Tests, "Architecture", name))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('\t'));

    [GeneratedRegex("(?<=[a-z])(?<!Index|As|What|Instead)Of(Async)?$")]
    private static partial Regex PrepositionAtTheEnd();

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")]
    private static partial Regex WordPattern();

    /// <param name="Everywhere">Whether texts may not use the word either.</param>
    private sealed record Word(string Text, bool Everywhere, string Replacement);

    /// <param name="Pattern">The identifiers or texts in which the word has its ordinary sense.</param>
    private sealed record Exemption(string Word, Regex Pattern, string Reason);

    private sealed record Place(string File, int Line, string Text, bool IsIdentifier, bool IsMethod)
    {
        public HashSet<string> Words { get; } = [.. Split(Text)];

        /// <summary>The words of a name or a sentence, in lower case.</summary>
        public static IEnumerable<string> Split(string text) =>
            WordPattern().Matches(text).Select(match => match.Value.ToLowerInvariant());

        public override string ToString() =>
            $"{File}:{Line} '{(Text.Length > 80 ? Text[..80] + "..." : Text)}'";
    }
}
