using System.Collections.Frozen;

namespace TrendingMail.Papers.Latex;

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

    private static readonly FrozenDictionary<string, LatexCommand> All = Build().ToFrozenDictionary();

    private static readonly FrozenDictionary<string, LatexCommand>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        All.GetAlternateLookup<ReadOnlySpan<char>>();

    public static IReadOnlyCollection<string> Names { get; } = All.Keys;

    public static bool TryFind(ReadOnlySpan<char> name, out LatexCommand command) =>
        Lookup.TryGetValue(name, out command);

    private static Dictionary<string, LatexCommand> Build()
    {
        var commands = new Dictionary<string, LatexCommand>();

        foreach (string table in new[]
        {
            LatexSymbols.Greek, LatexSymbols.Relations, LatexSymbols.Arrows, LatexSymbols.Operations,
            LatexSymbols.Punctuation,
        })
            AddPairs(table, LatexKind.Symbol);
        AddPairs(LatexSymbols.Letters, LatexKind.Letter);

        foreach (string name in Words(Operators))
            commands.Add(name, new(LatexKind.Operator, name));
        commands.Add("liminf", new(LatexKind.Operator, "lim inf"));
        commands.Add("limsup", new(LatexKind.Operator, "lim sup"));

        foreach ((string name, char mark) in LatexSymbols.Accents)
            commands.Add(name, new(LatexKind.Accent, mark.ToString()));
        foreach (string name in Words(Spaces))
            commands.Add(name, new(LatexKind.Symbol, " "));

        AddNames(InPlace, LatexKind.InPlace);
        AddNames(InProse, LatexKind.InProse);
        AddNames(InMath, LatexKind.InMath);
        AddNames(Switches, LatexKind.Switch);
        AddNames(Delimiters, LatexKind.Delimiter);
        AddNames(Dropped, LatexKind.Dropped);
        AddNames("mathbb mathds Bbb", LatexKind.Blackboard);
        AddNames("operatorname operatornamewithlimits", LatexKind.NamedOperator);
        AddNames("frac dfrac tfrac cfrac nicefrac sfrac", LatexKind.Fraction);
        AddNames("binom dbinom tbinom", LatexKind.Binomial);
        AddNames("overset stackrel", LatexKind.Over);
        AddNames("underset", LatexKind.Under);
        AddNames("footnote footnotetext thanks", LatexKind.Footnote);
        AddNames("url path nolinkurl", LatexKind.Url);
        AddNames("begin end", LatexKind.Environment);
        AddNames("pmod pod", LatexKind.Modulo);
        AddNames("num si unit ce", LatexKind.Joined);
        AddNames("textsuperscript", LatexKind.Raised);
        AddNames("textsubscript", LatexKind.Lowered);

        foreach (string name in new[] { "SI", "qty" })
            commands.Add(name, new(LatexKind.Joined, Arguments: 2));
        foreach (string name in new[] { "textcolor", "colorbox", "raisebox", "scalebox", "hypertarget", "hyperref" })
            commands.Add(name, new(LatexKind.LastKept, Arguments: 2));
        foreach (string name in new[] { "fcolorbox", "resizebox", "multicolumn" })
            commands.Add(name, new(LatexKind.LastKept, Arguments: 3));

        commands.Add("item", new(LatexKind.Item));
        commands.Add("sqrt", new(LatexKind.Root));
        commands.Add("not", new(LatexKind.Negation));
        commands.Add("deg", new(LatexKind.Degree));
        commands.Add("href", new(LatexKind.Link));
        commands.Add("verb", new(LatexKind.Verbatim));
        commands.Add("xspace", new(LatexKind.Symbol));
        commands.Add("over", new(LatexKind.Symbol, "/"));
        commands.Add("choose", new(LatexKind.Symbol, " choose "));
        commands.Add("bmod", new(LatexKind.Symbol, " mod "));
        commands.Add("mod", new(LatexKind.Symbol, " mod "));
        commands.Add("xrightarrow", new(LatexKind.Over, "→"));
        commands.Add("xleftarrow", new(LatexKind.Over, "←"));
        return commands;

        void AddPairs(string table, LatexKind kind)
        {
            string[] words = Words(table);
            for (int i = 0; i < words.Length; i += 2)
                commands.Add(words[i], new(kind, words[i + 1]));
        }

        void AddNames(string names, LatexKind kind)
        {
            foreach (string name in Words(names))
                commands.Add(name, new(kind));
        }
    }

    private static string[] Words(string table) =>
        table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
