using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Inbound.Classification;
using TrendingMail.Tests.Inbound.Classification;

namespace TrendingMail.Benchmarks.Inbound;

/// <summary>
/// <c>fuzz</c>: classifies randomly mutated messages, and saves those that caused an exception or took longer than a
/// second.
/// </summary>
internal static class Fuzz
{
    private static readonly TimeSpan HangThreshold = TimeSpan.FromSeconds(1);

    private static readonly Option<int> Count = new("--inputs")
    {
        Description = "Number of inputs",
        DefaultValueFactory = _ => 1_000_000,
    };

    private static readonly Option<int> Minutes = new("--minutes")
    {
        Description = "Time limit in minutes",
        DefaultValueFactory = _ => 60,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Random seed",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string> OutputFolder = new("--keep")
    {
        Description = "Folder for failing inputs",
        DefaultValueFactory = _ => "fuzz-findings",
    };

    public static Command Create()
    {
        var command = new Command("fuzz", "Classify randomly mutated messages") { Count, Minutes, Seed, OutputFolder,
            Corpus.Folders };
        command.SetAction(arguments => Run(
            Corpus.Read(arguments.GetValue(Corpus.Folders)!), arguments.GetValue(Seed), arguments.GetValue(Count),
            TimeSpan.FromMinutes(arguments.GetValue(Minutes)), arguments.GetValue(OutputFolder)!));
        return command;
    }

    private static int Run(IReadOnlyList<byte[]> mails, int seed, int count, TimeSpan timeLimit, string folder)
    {
        // Warm-up: load the tables and compile the code before timing.
        foreach (var mail in mails)
        {
            Classifier.Classify(mail);
        }

        var mutator = new MessageMutator(mails, seed);
        var (crashes, hangs, slowest, watch, i) = (0, 0, TimeSpan.Zero, Stopwatch.StartNew(), 0);
        for (; i < count && watch.Elapsed < timeLimit; i++)
        {
            var input = mutator.Next();
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

            var elapsed = Stopwatch.GetElapsedTime(started);
            for (var again = 0; elapsed > HangThreshold && again < 3; again++)
            {
                // Repeat, in case the machine was busy.
                started = Stopwatch.GetTimestamp();
                Classifier.Classify(input);
                elapsed = Stopwatch.GetElapsedTime(started) is var second && second < elapsed ? second : elapsed;
            }

            slowest = elapsed > slowest ? elapsed : slowest;
            if (elapsed > HangThreshold)
            {
                hangs++;
                Write(folder, $"hang-{i}", input);
                Console.WriteLine($"Input {i} took {elapsed.TotalSeconds:F1} s");
            }
        }

        Console.WriteLine(
            $"{i} inputs in {watch.Elapsed.TotalSeconds:F0} s: {crashes} crashes, {hangs} over a second, " +
            $"slowest {slowest.TotalMilliseconds:F0} ms");
        return crashes + hangs > 0 ? 1 : 0;
    }

    private static void Write(string folder, string name, byte[] input)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, $"{name}.eml"), input);
    }
}
