using System.Collections.Frozen;
using TrendingMail.Papers.Latex.Symbols;

namespace TrendingMail.Papers.Latex;

/// <summary>Commands that a source published without their backslashes.</summary>
internal static class StrippedCommands
{
    /// <summary>Symbols whose names are no words of English.</summary>
    private static readonly FrozenSet<string> Symbols = FrozenSet.Create(
        "alpha", "approx", "beta", "cdot", "chi", "circ", "delta", "Delta", "ell", "epsilon", "equiv", "eta", "gamma",
        "Gamma", "geq", "infty", "kappa", "lambda", "Lambda", "leftarrow", "leq", "mu", "nabla", "neq", "nu", "omega",
        "Omega", "otimes", "phi", "Phi", "pi", "Pi", "pm", "propto", "psi", "Psi", "rho", "rightarrow", "sigma",
        "Sigma", "sim", "simeq", "tau", "theta", "Theta", "times", "varepsilon", "varphi", "xi", "zeta");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SymbolLookup =
        Symbols.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Colors =
    [
        "black", "blue", "brown", "cyan", "gray", "green", "grey", "magenta", "orange", "pink", "purple", "red", "teal",
        "violet", "yellow",
    ];

    /// <summary>Whether a name without its backslash can only be that of a symbol.</summary>
    public static bool IsSymbol(ReadOnlySpan<char> name) => SymbolLookup.Contains(name);

    /// <summary>Whether a word before a brace is a command that takes an argument, such as <c>textbf</c>.</summary>
    public static bool TakesArgument(ReadOnlySpan<char> name) =>
        name.Length > 2 && LatexCommands.TryFind(name, out LatexCommand command) && command.Kind is
            LatexKind.InPlace or LatexKind.InProse or LatexKind.InMath or LatexKind.Blackboard or LatexKind.Raised
            or LatexKind.Lowered or LatexKind.Accent or LatexKind.Root or LatexKind.Fraction or LatexKind.Url
            or LatexKind.Link or LatexKind.Footnote or LatexKind.NamedOperator or LatexKind.LastKept;

    /// <summary>Whether a word before a brace is the name of a color, such as <c>teal</c> or <c>softred</c>.</summary>
    public static bool IsColor(ReadOnlySpan<char> name)
    {
        foreach (string color in Colors)
        {
            if (name.Length <= color.Length + 6 && name.EndsWith(color, StringComparison.Ordinal)
                && !name.ContainsAnyExceptInRange('a', 'z'))
                return true;
        }

        return false;
    }
}
