using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Inbound.Classification;

namespace TrendingMail.Benchmarks.Inbound;

/// <summary><c>inbound</c>: messages classified per second on one core.</summary>
internal static class InboundBenchmark
{
    private const int Rounds = 5;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var command = new Command("inbound", "Messages classified per second on one core") { Corpus.Folders };
        command.SetAction(arguments => Run(Corpus.Read(arguments.GetValue(Corpus.Folders)!)));
        return command;
    }

    private static int Run(IReadOnlyList<byte[]> mails)
    {
        using var own = Process.GetCurrentProcess();
        var rates = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            // Processor time, to exclude other load on the machine.
            var (count, start) = (0, own.TotalProcessorTime);
            var used = TimeSpan.Zero;
            while (used < RoundLength)
            {
                foreach (var mail in mails)
                {
                    Classifier.Classify(mail);
                }

                count += mails.Count;
                own.Refresh();
                used = own.TotalProcessorTime - start;
            }

            // The first round is a warm-up.
            if (round > 0)
            {
                rates.Add(count / used.TotalSeconds);
            }
        }

        rates.Sort();
        Console.WriteLine($"{mails.Count} messages of {mails.Average(mail => mail.Length):F0} bytes on average: " +
            $"{rates[Rounds / 2]:F0} per second of processor time (median " +
                $"of {Rounds} rounds; {rates[0]:F0} to {rates[^1]:F0})");
        return 0;
    }
}
