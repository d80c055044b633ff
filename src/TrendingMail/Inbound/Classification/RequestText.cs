using TrendingMail.Delivery.Replies.Rules;


namespace TrendingMail.Inbound.Classification;

/// <summary>Recognizes texts that are nothing but a command of <c>requests.tsv</c>, apart from courtesies.</summary>
internal static class RequestText
{
    private const int MaximumLength = 200;

    private const int MaximumClosingWords = 4;

    private static readonly ILookup<string, string> Words =
        RuleFile.Read("requests.tsv", 2).ToLookup(f => f[0], f => f[1]);

    private static readonly HashSet<string> Courtesies = [.. Words["courtesy"]];

    private static readonly string[] Greetings = [.. Words["greeting"]];

    private static readonly string[] Closings = [.. Words["closing"]];

    private static readonly string[] Quotations = [.. Words["quotation"]];

    private static readonly ILookup<string, string[]> Commands = Words
        .Where(group => group.Key is "unsubscribe" or "subscribe")
        .SelectMany(group => group.Select(command => (Kind: group.Key, Words: SplitWords(command))))
        .ToLookup(command => command.Kind, command => command.Words);

    /// <summary>What the author wrote: without greeting, closing, signature and quotation.</summary>
    public static string ExtractBody(IEnumerable<string> lines)
    {
        var own = lines.Select(line => line.Trim())
            .TakeWhile(line => !StartsWithAny(line, Quotations) && !IsQuotationHeader(line))
            .Where(line => line.Length > 0)
            .TakeWhile((line, index) => index == 0 || !IsClosing(line))
            .ToArray();
        return string.Join(' ', own.Length > 1 && own[0].Length <= 40 && StartsWithAny(own[0], Greetings)
            ? own[1..]
            : own);
    }

    /// <param name="kind">The category in the table: <c>unsubscribe</c> or <c>subscribe</c>.</param>
    public static bool IsCommand(string text, string kind)
    {
        if (text.Length > MaximumLength)
        {
            return false;
        }

        var words = SplitWords(text);
        return words.Length > 0 && Commands[kind].Any(command => command.Length == words.Length &&
            command.Zip(words).All(pair => Matches(pair.First, pair.Second)));
    }

    /// <summary>The words in lower case, without punctuation and courtesies.</summary>
    private static string[] SplitWords(string text) =>
    [
        .. text.ToLowerInvariant().Replace('\u2019', '\'').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim('.', ',', '!', ';', ':', '"', '(', ')', '[', ']', '<', '>', '。', '，', '！', '-'))
            .Where(word => word.Length > 0 && !Courtesies.Contains(word)),
    ];

    /// <param name="pattern">A word, or the beginning of one if it ends with <c>*</c>.</param>
    private static bool Matches(string pattern, string word) => pattern.EndsWith('*')
        ? word.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : word == pattern;

    /// <summary>A line such as "On Monday, Papers wrote:".</summary>
    private static bool IsQuotationHeader(string line) => line.Length < 300 && line.EndsWith(':') && line.Contains('@');

    private static bool IsClosing(string line) =>
        line.Count(c => c == ' ') < MaximumClosingWords && StartsWithAny(line, Closings);

    private static bool StartsWithAny(string line, string[] beginnings) =>
        Array.Exists(beginnings, beginning => line.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
}
