using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Inbound;
using TrendingMail.Tests.Inbound;

namespace TrendingMail.Benchmarks.Inbound;

/// <summary>
/// <c>fuzz</c>: classifies mails that were changed at random, and keeps those at which it threw or took longer than a
/// second.
/// </summary>
internal static class Fuzz
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(1);

    private static readonly Option<int> Count = new("--inputs")
    {
        Description = "How many inputs",
        DefaultValueFactory = _ => 1_000_000,
    };

    private static readonly Option<int> Minutes = new("--minutes")
    {
        Description = "How long at most",
        DefaultValueFactory = _ => 60,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Makes the inputs the same each time",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string> Keep = new("--keep")
    {
        Description = "The folder for inputs that went wrong",
        DefaultValueFactory = _ => "fuzz-findings",
    };

    public static Command Create()
    {
        var command = new Command("fuzz", "Classify mails that were changed at random") { Count, Minutes, Seed, Keep, Corpus.Folders };
        command.SetAction(arguments => Run(
            Corpus.Read(arguments.GetValue(Corpus.Folders)!), arguments.GetValue(Seed), arguments.GetValue(Count),
            TimeSpan.FromMinutes(arguments.GetValue(Minutes)), arguments.GetValue(Keep)!));
        return command;
    }

    private static int Run(IReadOnlyList<byte[]> mails, int seed, int count, TimeSpan longest, string folder)
    {
        // The tables are read and the code is compiled before anything is timed.
        foreach (var mail in mails)
        {
            Classifier.Classify(mail);
        }

        var mutation = new Mutation(mails, seed);
        var (crashes, hangs, slowest, watch, i) = (0, 0, TimeSpan.Zero, Stopwatch.StartNew(), 0);
        for (; i < count && watch.Elapsed < longest; i++)
        {
            var input = mutation.Next();
            var started = Stopwatch.GetTimestamp();
            try
            {
                Classifier.Classify(input);
            }
            catch (Exception e)
            {
                crashes++;
                Write(folder, $"crash-{i}", input);
                Console.WriteLine($"Input {i}: {e.GetType().Name}: {e.Message}");
                continue;
            }

            var took = Stopwatch.GetElapsedTime(started);
            for (var again = 0; took > Hang && again < 3; again++)
            {
                // The machine may have been busy with something else.
                started = Stopwatch.GetTimestamp();
                Classifier.Classify(input);
                took = Stopwatch.GetElapsedTime(started) is var second && second < took ? second : took;
            }

            slowest = took > slowest ? took : slowest;
            if (took > Hang)
            {
                hangs++;
                Write(folder, $"hang-{i}", input);
                Console.WriteLine($"Input {i} took {took.TotalSeconds:F1} s");
            }
        }

        Console.WriteLine($"{i} inputs in {watch.Elapsed.TotalSeconds:F0} s: {crashes} crashes, {hangs} over a second, " +
            $"the slowest {slowest.TotalMilliseconds:F0} ms");
        return crashes + hangs > 0 ? 1 : 0;
    }

    private static void Write(string folder, string name, byte[] input)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, $"{name}.eml"), input);
    }
}
