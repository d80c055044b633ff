namespace TrendingMail.Diagnostics;

/// <summary>What a check found about one thing.</summary>
/// <param name="Text">One sentence: what is the case.</param>
/// <param name="Remedy">What to do, with the exact record or setting to write; null if nothing is to be done.</param>
public sealed record Finding(Verdict Verdict, string Text, string? Remedy = null)
{
    /// <summary>What was looked at, if a check looks at several things, such as a server's name.</summary>
    public string? Subject { get; init; }

    /// <summary>The facts behind the verdict, a line each, such as the record that was found.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    public static Finding Good(string text) => new(Verdict.Good, text);

    public static Finding Warn(string text, string remedy) => new(Verdict.Warn, text, remedy);

    public static Finding Bad(string text, string remedy) => new(Verdict.Bad, text, remedy);

    /// <param name="reason">Why the check could not be made.</param>
    public static Finding Unknown(string reason, string? remedy = null) => new(Verdict.Unknown, reason, remedy);

    /// <summary>The same finding about one of several things.</summary>
    public Finding About(string subject) => this with { Subject = subject };

    /// <summary>The same finding with its facts.</summary>
    public Finding Citing(params IEnumerable<string> evidence) => this with { Evidence = [.. evidence] };
}
