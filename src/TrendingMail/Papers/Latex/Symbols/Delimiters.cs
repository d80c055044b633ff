namespace TrendingMail.Papers.Latex.Symbols;

/// <summary>
/// Matches braces, <c>\(</c>, <c>\[</c> and environments once for a whole text, to avoid repeated searches.
/// </summary>
internal sealed class Delimiters
{
    private const int MaximumNameLength = 30;

    private readonly int[] closers;
    private readonly HashSet<int> strayBraces = [];
    private readonly Stack<int> braces = new();
    private readonly Dictionary<string, Stack<int>> environments = [];
    private int round = -1;
    private int square = -1;

    public Delimiters(string source)
    {
        closers = new int[source.Length];
        for (int i = 0; i < source.Length; i++)
        {
            switch (source[i])
            {
                case '{':
                    braces.Push(i);
                    break;
                case '}' when braces.Count > 0:
                    closers[braces.Pop()] = i;
                    break;
                case '}':
                    strayBraces.Add(i);
                    break;
                case '\\' when i + 1 < source.Length:
                    MatchCommand(source, i);
                    i++;
                    break;
            }
        }
    }

    /// <summary>The position that closes the opener at a position; 0 if nothing closes it.</summary>
    public int FindCloser(int position) => closers[position];

    /// <summary>Whether the closing brace at a position closes nothing.</summary>
    public bool IsStray(int position) => strayBraces.Contains(position);

    private void MatchCommand(string source, int position)
    {
        switch (source[position + 1])
        {
            case '(':
                round = position;
                break;
            case '[':
                square = position;
                break;
            case ')' when round >= 0:
                (closers[round], round) = (position, -1);
                break;
            case ']' when square >= 0:
                (closers[square], square) = (position, -1);
                break;
            case 'b' when NameAfter(source, position, @"\begin{") is { } name:
                if (!environments.TryGetValue(name, out Stack<int>? open))
                    environments[name] = open = new();
                open.Push(position);
                break;
            case 'e' when NameAfter(source, position, @"\end{") is { } name:
                if (environments.TryGetValue(name, out Stack<int>? begun) && begun.TryPop(out int begin))
                    closers[begin] = position;
                break;
        }
    }

    private static string? NameAfter(string source, int position, string command)
    {
        if (!source.AsSpan(position).StartsWith(command, StringComparison.Ordinal))
            return null;

        int start = position + command.Length;
        int end = source.IndexOf('}', start, Math.Min(source.Length - start, MaximumNameLength));
        return end < 0 ? null : source[start..end];
    }
}
