namespace TrendingMail.Papers.Latex.Dollars;

/// <summary>
/// Decides which dollar signs of a text delimit math and which stand for themselves. A sign taken wrongly shifts every
/// pair after it, so the whole text is decided at once: each sign is literal or is paired with the next, each choice
/// has a cost, and the cheapest combination wins. Linear in the length of the text.
/// </summary>
internal sealed class DollarPairs
{
    private const double Impossible = double.PositiveInfinity;

    private readonly Dictionary<int, DollarRole> roles = [];

    public DollarPairs(string text)
    {
        List<int> signs = Find(text);
        if (signs.Count == 0)
            return;

        Choice[] choices = Choose(text, signs);
        bool hasMath = false;
        var literals = new List<int>();
        for (int i = 0; i < signs.Count; i += choices[i].Signs)
        {
            if (choices[i].Signs == 1)
            {
                literals.Add(signs[i]);
                continue;
            }

            hasMath = true;
            int length = choices[i].Signs / 2;
            roles.Add(signs[i], new(signs[i + length], length));
        }

        // In a text with math, a sign that delimits nothing and is no amount of money is a slip of the author's.
        foreach (int sign in literals)
            roles.Add(sign, new(-1, hasMath && IsSlip(text, sign) ? 0 : 1));
    }

    /// <summary>What the sign at a position is.</summary>
    public DollarRole RoleAt(int position) => roles.GetValueOrDefault(position, new(-1, 1));

    private static List<int> Find(string text)
    {
        var signs = new List<int>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '$')
                signs.Add(i);
        }

        return signs;
    }

    private static Choice[] Choose(string text, List<int> signs)
    {
        var best = new Choice[signs.Count + 1];
        for (int i = signs.Count - 1; i >= 0; i--)
        {
            var choice = new Choice(DollarCosts.Literal(text, signs[i]) + best[i + 1].Cost, 1);
            double pair = i + 1 < signs.Count ? Pair(i, 1) : Impossible;
            if (pair < choice.Cost)
                choice = new(pair, 2);
            double display = IsDouble(i) && IsDouble(i + 2) ? Pair(i, 2) : Impossible;
            best[i] = display <= choice.Cost ? new(display, 4) : choice;
        }

        return best;

        double Pair(int i, int length) =>
            DollarCosts.Pair(text, signs[i] + length, signs[i + length], length) + best[i + (2 * length)].Cost;

        bool IsDouble(int i) => i + 1 < signs.Count && signs[i + 1] == signs[i] + 1;
    }

    private static bool IsSlip(string text, int sign)
    {
        char before = sign > 0 ? text[sign - 1] : ' ';
        char after = sign + 1 < text.Length ? text[sign + 1] : ' ';
        return !char.IsAsciiDigit(before) && !char.IsAsciiDigit(after) && !char.IsAsciiLetterUpper(after);
    }

    /// <param name="Signs">How many signs the choice takes: one, a pair, or two pairs that delimit a display.</param>
    private readonly record struct Choice(double Cost, int Signs);
}

/// <summary>The role of a dollar sign.</summary>
/// <param name="Close">The position of the closing delimiter, or -1 if the sign opens no formula.</param>
/// <param name="Length">The length of the delimiter; 0 for a sign to be dropped.</param>
internal readonly record struct DollarRole(int Close, int Length);
