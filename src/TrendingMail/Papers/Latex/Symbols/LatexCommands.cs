using System.Collections.Frozen;

namespace TrendingMail.Papers.Latex.Symbols;

/// <summary>How a command is converted to text.</summary>
internal enum LatexKind
{
    Symbol,
    Letter,
    Operator,
    NamedOperator,
    Accent,
    InPlace,
    InProse,
    InMath,
    Blackboard,
    Raised,
    Lowered,
    Switch,
    Delimiter,
    Dropped,
    LastKept,
    Joined,
    Footnote,
    Fraction,
    Root,
    Binomial,
    Over,
    Under,
    Negation,
    Modulo,
    Degree,
    Url,
    Link,
    Verbatim,
    Environment,
    Item,
}

/// <summary>A command: its kind, its text if any, and its number of arguments.</summary>
internal readonly record struct LatexCommand(LatexKind Kind, string Text = "", int Arguments = 1);

/// <summary>The supported commands, by name.</summary>
internal static class LatexCommands
{
    private const string Operators = """
        arccos arcsin arctan arg cos cosh cot coth csc det dim exp gcd hom inf ker lcm lg lim ln log max min Pr sec
        sin sinh sup tan tanh argmax argmin
        """;

    private const string InPlace = """
        emph underline uline sout section subsection subsubsection paragraph subparagraph title caption
        underbrace overbrace substack boxed fbox framebox makebox smash mathclap overleftarrow
        """;

    private const string InProse = """
        text textbf textit textsl textsc texttt textsf textrm textnormal textmd textup mbox hbox intertext
        uppercase lowercase MakeUppercase MakeLowercase ul hl st enquote
        """;

    private const string InMath = """
        mathrm mathbf mathit mathsf mathtt mathcal mathfrak mathscr mathnormal mathbin mathrel mathop mathord
        mathopen mathclose mathpunct mathinner boldsymbol bm pmb symbf ensuremath eqalign eqalignno cases matrix pmatrix
        """;

    private const string Switches = """
        it bf rm sf tt sl sc em itshape bfseries rmfamily sffamily ttfamily scshape slshape upshape mdseries
        normalfont cal displaystyle textstyle scriptstyle scriptscriptstyle boldmath unboldmath
        tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge
        limits nolimits nonumber notag noindent indent centering raggedright raggedleft protect relax null strut
        nobreakdash clearpage newpage maketitle hline toprule midrule bottomrule allowbreak nobreak unskip leavevmode
        footnotemark
        """;

    private const string Delimiters = """
        left right middle big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm biggm Biggm
        """;

    private const string Spaces = """
        cr quad qquad enspace enskip thinspace medspace thickspace space nobreakspace newline linebreak par hfill vfill
        smallskip medskip bigskip
        """;

    private const string Dropped = """
        cite citep citet citealp citealt citeauthor citeyear citeyearpar Citet Citep parencite textcite autocite
        footcite nocite ref eqref autoref cref Cref pageref label tag vspace hspace index input include
        includegraphics bibliography bibliographystyle usepackage documentclass phantom hphantom vphantom color
        """;

    private static readonly (LatexKind Kind, string Names)[] Kinds =
    [
        (LatexKind.InPlace, InPlace),
        (LatexKind.InProse, InProse),
        (LatexKind.InMath, InMath),
        (LatexKind.Switch, Switches),
        (LatexKind.Delimiter, Delimiters),
        (LatexKind.Dropped, Dropped),
        (LatexKind.Blackboard, "mathbb mathds Bbb"),
        (LatexKind.NamedOperator, "operatorname operatornamewithlimits"),
        (LatexKind.Fraction, "frac dfrac tfrac cfrac nicefrac sfrac"),
        (LatexKind.Binomial, "binom dbinom tbinom"),
        (LatexKind.Over, "overset stackrel"),
        (LatexKind.Under, "underset"),
        (LatexKind.Footnote, "footnote footnotetext thanks"),
        (LatexKind.Url, "url path nolinkurl"),
        (LatexKind.Environment, "begin end"),
        (LatexKind.Modulo, "pmod pod"),
        (LatexKind.Joined, "num si unit ce"),
        (LatexKind.Raised, "textsuperscript"),
        (LatexKind.Lowered, "textsubscript"),
        (LatexKind.Item, "item"),
        (LatexKind.Root, "sqrt"),
        (LatexKind.Negation, "not"),
        (LatexKind.Degree, "deg"),
        (LatexKind.Link, "href"),
        (LatexKind.Verbatim, "verb"),
        (LatexKind.Symbol, "xspace"),
    ];

    private static readonly (LatexKind Kind, int Arguments, string Names)[] SeveralArguments =
    [
        (LatexKind.Joined, 2, "SI qty"),
        (LatexKind.LastKept, 2, "textcolor colorbox raisebox scalebox hypertarget hyperref"),
        (LatexKind.LastKept, 3, "fcolorbox resizebox multicolumn"),
    ];

    private static readonly (string Name, LatexCommand Command)[] Single =
    [
        ("liminf", new(LatexKind.Operator, "lim inf")),
        ("limsup", new(LatexKind.Operator, "lim sup")),
        ("over", new(LatexKind.Symbol, "/")),
        ("choose", new(LatexKind.Symbol, " choose ")),
        ("bmod", new(LatexKind.Symbol, " mod ")),
        ("mod", new(LatexKind.Symbol, " mod ")),
        ("xrightarrow", new(LatexKind.Over, "→")),
        ("xleftarrow", new(LatexKind.Over, "←")),
    ];

    private static readonly FrozenDictionary<string, LatexCommand> All = Build().ToFrozenDictionary();

    private static readonly FrozenDictionary<string, LatexCommand>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        All.GetAlternateLookup<ReadOnlySpan<char>>();

    public static IReadOnlyCollection<string> Names { get; } = All.Keys;

    public static bool TryFind(ReadOnlySpan<char> name, out LatexCommand command) =>
        Lookup.TryGetValue(name, out command);

    private static Dictionary<string, LatexCommand> Build()
    {
        var commands = new Dictionary<string, LatexCommand>();
        foreach (var (name, command) in (IEnumerable<(string, LatexCommand)>)
            [.. Symbols(), .. Operations(), .. OfKinds(), .. WithSeveralArguments(), .. Single])
        {
            commands.Add(name, command);
        }

        return commands;
    }

    private static IEnumerable<(string Name, LatexCommand Command)> Symbols() =>
    [
        .. Pairs(LatexSymbols.Greek, LatexKind.Symbol),
        .. Pairs(LatexSymbols.Relations, LatexKind.Symbol),
        .. Pairs(LatexSymbols.Arrows, LatexKind.Symbol),
        .. Pairs(LatexSymbols.Operations, LatexKind.Symbol),
        .. Pairs(LatexSymbols.Punctuation, LatexKind.Symbol),
        .. Pairs(LatexSymbols.Letters, LatexKind.Letter),
        .. Words(Spaces).Select(name => (name, new LatexCommand(LatexKind.Symbol, " "))),
        .. LatexSymbols.Accents.Select(accent => (accent.Name, new LatexCommand(LatexKind.Accent, $"{accent.Mark}"))),
    ];

    private static IEnumerable<(string Name, LatexCommand Command)> Operations() =>
        Words(Operators).Select(name => (name, new LatexCommand(LatexKind.Operator, name)));

    private static IEnumerable<(string Name, LatexCommand Command)> OfKinds() =>
        from kind in Kinds
        from name in Words(kind.Names)
        select (name, new LatexCommand(kind.Kind));

    private static IEnumerable<(string Name, LatexCommand Command)> WithSeveralArguments() =>
        from row in SeveralArguments
        from name in Words(row.Names)
        select (name, new LatexCommand(row.Kind, Arguments: row.Arguments));

    private static IEnumerable<(string Name, LatexCommand Command)> Pairs(string table, LatexKind kind) =>
        Words(table).Chunk(2).Select(pair => (pair[0], new LatexCommand(kind, pair[1])));

    private static string[] Words(string table) =>
        table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
