using System.CommandLine;
using TrendingMail.Papers.Latex;

namespace TrendingMail.Benchmarks.Papers;

/// <summary>
/// <c>latex</c>: how the conversion time of adversarial LaTeX grows with its length. It should be linear.
/// </summary>
internal static class LatexBenchmark
{
    private const int Rounds = 5;

    private const int Characters = 100_000;

    private static readonly string[] Pieces =
    [
        "{", "$", "$$ ", "\\(", "\\frac", "\\hat", "$x^", "\\textbf{", "{\\it ", "\\begin{equation}",
        "\\sqrt[", "`", "'", "\"$",
        "\\verb|", "C:\\{", "https://", "1.", "\\alpha_",
    ];

    public static Command Create()
    {
        var command = new Command("latex", "The conversion time of adversarial LaTeX and its growth with length");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        foreach (var piece in Pieces)
        {
            var (once, twice) = (Median(piece, Characters), Median(piece, 2 * Characters));
            Console.WriteLine(
                $"{piece,-18}{once.TotalMilliseconds,9:N2} ms{twice.TotalMilliseconds,9:N2} ms  {twice / once,6:N2}");
        }

        return 0;
    }

    private static TimeSpan Median(string piece, int characters)
    {
        var source = string.Concat(Enumerable.Repeat(piece, characters / piece.Length));
        var text = source + new string('}', source.Count(c => c == '{'));
        return Enumerable.Range(0, Rounds + 1).Select(_ =>
        {
            var start = Environment.CpuUsage.TotalTime;
            LatexText.ToReadable(text);
            return Environment.CpuUsage.TotalTime - start;
        }).Skip(1).Order().ElementAt(Rounds / 2);
    }
}
