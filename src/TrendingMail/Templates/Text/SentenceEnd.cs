namespace TrendingMail.Templates.Text;

/// <summary>Tells the end of a sentence from abbreviations, initials and numbers.</summary>
internal static class SentenceEnd
{
    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "al", "approx", "arcmin", "arcsec", "avg", "ca", "cf", "ch", "conf", "def", "deg", "dept", "dr", "ed", "eds",
        "eq", "eqn", "eqs", "fig", "figs", "incl", "jr", "mr", "mrs", "ms", "nos", "pp", "prof", "ref",
        "refs", "resp", "sec",
        "sect", "sq", "sr", "st", "suppl", "tab", "thm", "viz", "vol", "vols", "vs",
    };

    /// <summary>Abbreviations in the names of journals; in lower case they are words.</summary>
    private static readonly HashSet<string> JournalAbbreviations = new(StringComparer.Ordinal)
    {
        "Acad", "Amer", "Anal", "Ann", "Appl", "Astron", "Astrophys", "Chem", "Comm", "Commun", "Comput", "Diff", "Eng",
        "Funct", "Geom", "Int", "Inst", "Invent", "Lett", "Math", "Mech", "Nat", "Nonlin", "Obs",
        "Phys", "Prob", "Proc",
        "Pure", "Rev", "Sci", "Soc", "Stat", "Symp", "Trans", "Univ",
    };

    /// <summary>
    /// Marks the positions inside brackets that close within the window, where no sentence of the text ends. An
    /// opening bracket that is never closed counts for nothing.
    /// </summary>
    /// <param name="length">How many characters to look at.</param>
    public static bool[] FindBracketed(ReadOnlySpan<char> text, int length)
    {
        length = Math.Min(length, text.Length);
        var depths = new int[length + 1];
        var open = new Stack<int>();
        for (var i = 0; i < length; i++)
        {
            if (text[i] is '(' or '[' or '（')
            {
                open.Push(i);
            }
            else if (text[i] is ')' or ']' or '）' && open.TryPop(out var start))
            {
                depths[start + 1]++;
                depths[i]--;
            }
        }

        var bracketed = new bool[length + 1];
        for (int i = 0, depth = 0; i <= length; i++)
        {
            depth += depths[i];
            bracketed[i] = depth > 0;
        }

        return bracketed;
    }

    /// <summary>Whether the full stop at a position ends a sentence.</summary>
    /// <param name="next">The position after the stop and what closes with it.</param>
    public static bool IsAt(string text, int stop, int next)
    {
        var start = stop;
        while (start > 0 && !char.IsWhiteSpace(text[start - 1]) && text[start - 1] is not ('(' or '[' or '~'))
        {
            start--;
        }

        ReadOnlySpan<char> word = text.AsSpan(start, stop - start);
        if (word.IsEmpty)
        {
            return false;
        }

        var following = SkipSpaces(text, next);
        var isInitial = word.Length == 1 && (char.IsUpper(word[0]) || IsLetterWithStop(text, following)
            || IsAfterLetterWithStop(text, start));
        var isDotted = word.Length > 1 && word[1] == '.' && IsDotted(word);
        var isNumbered = word.Equals("no", StringComparison.OrdinalIgnoreCase)
            && following < text.Length && char.IsAsciiDigit(text[following]);
        var isListNumber = word.Length <= 2 && !word.ContainsAnyExceptInRange('0', '9') && OpensList(text, start);
        var isAbbreviation = Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)
            || JournalAbbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);
        return !isInitial && !isDotted && !isNumbered && !isListNumber && !isAbbreviation
            && !ContinuesInLowerCase(text, following);
    }

    /// <summary>Whether the next word is written as within a sentence; names such as "pH" and "iOS" are not.</summary>
    private static bool ContinuesInLowerCase(string text, int position) =>
        position + 1 < text.Length && char.IsLower(text[position]) && !char.IsUpper(text[position + 1]);

    /// <summary>"i. e.": a single letter and its stop stand at a position.</summary>
    private static bool IsLetterWithStop(string text, int position) =>
        position + 1 < text.Length && char.IsLetter(text[position]) && text[position + 1] == '.';

    private static bool IsAfterLetterWithStop(string text, int position) =>
        position >= 3 && text[position - 1] == ' ' && text[position - 2] == '.' && char.IsLetter(text[position - 3])
        && (position == 3 || !char.IsLetterOrDigit(text[position - 4]));

    /// <summary>Whether a word is single letters separated by full stops: "e.g", "i.i.d".</summary>
    private static bool IsDotted(ReadOnlySpan<char> word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (i % 2 == 0 ? !char.IsLetter(word[i]) : word[i] != '.')
            {
                return false;
            }
        }

        return true;
    }

    private static int SkipSpaces(string text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position;
    }

    private static bool OpensList(string text, int start)
    {
        var before = start - 1;
        while (before >= 0 && char.IsWhiteSpace(text[before]))
        {
            before--;
        }

        return before < 0 || text[before] is ':' or ';' or ',' or '.';
    }
}
