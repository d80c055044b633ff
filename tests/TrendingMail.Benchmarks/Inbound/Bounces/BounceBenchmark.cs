using System.CommandLine;
using TrendingMail.Delivery.Replies.Rules;
using TrendingMail.Inbound.Classification;
using TrendingMail.Tests.Inbound.Classification.Reports;

namespace TrendingMail.Benchmarks.Inbound.Bounces;

/// <summary>
/// <c>bounces</c>: how many bounces and replies are judged correctly, with all rules and leaving one server out: its
/// samples are judged without the rules that name it, and then also without every word that only they contain.
/// </summary>
internal static class BounceBenchmark
{
    private static readonly Option<string> MailFolder = new("--mails")
    {
        Description = "Folder with expected.tsv and mails/",
        Required = true,
    };

    private static readonly Option<string> ReplyFile = new("--replies")
    {
        Description = "Table of replies",
        Required = true,
    };

    private static readonly Option<bool> ListErrors = new("--errors")
    {
        Description = "List what is judged wrongly when its server is left out",
    };

    public static Command Create()
    {
        var command = new Command("bounces", "Bounces and replies judged correctly, leaving one server out")
        {
            MailFolder, ReplyFile, ListErrors,
        };
        command.SetAction(async (arguments, cancellationToken) => Run(
            await BounceSamples.ReadMailsAsync(arguments.GetValue(MailFolder)!, cancellationToken),
            BounceSamples.ReadReplies(arguments.GetValue(ReplyFile)!), arguments.GetValue(ListErrors)));
        return command;
    }

    private static int Run(IReadOnlyList<BounceSample> mails, IReadOnlyList<BounceSample> replies, bool listErrors)
    {
        var bounces = mails.Where(sample => sample.Kind == InboundKind.Bounce).ToArray();
        var usage = new RuleUsage([.. bounces, .. replies]);
        var withoutNamed = new Dictionary<string, ReplyRules>();
        var withoutWords = new Dictionary<string, ReplyRules>();
        Console.WriteLine(
            $"kind {Share(mails, sample => sample.Classify().All(message => message.Kind == sample.Kind))}, " +
            $"recipients {Share(bounces, sample => sample.AreRecipientsRight(sample.Classify()))}");
        foreach (var (name, samples) in new[] { ("mails", bounces), ("replies", replies) })
        {
            Console.WriteLine($"{name}, all rules: {Measure(samples, _ => null, false)}");
            Console.WriteLine($"{name}, without the rules that name the server: " + Measure(
                samples,
                sample => GetRules(withoutNamed, sample, families => new ReplyRules(rule => !Own(families, rule))),
                listErrors));
            Console.WriteLine($"{name}, without every word of that server alone: " + Measure(
                samples,
                sample => GetRules(withoutWords, sample, families => new ReplyRules(
                    rule => !Own(families, rule) && !usage.IsUsedOnlyBy(families, rule),
                    phrase => !usage.IsUsedOnlyBy(families, phrase))),
                listErrors));
        }

        return 0;
    }

    private static Figures Measure(
        IReadOnlyList<BounceSample> samples, Func<BounceSample, ReplyRules?> findRules, bool listErrors)
    {
        var figures = new Figures();
        foreach (var sample in samples)
        {
            foreach (var verdict in sample.Judge(sample.Classify(findRules(sample))))
            {
                figures.Add(verdict);
                var isHardRight = verdict.Expected.IsHard is not { } isHard || verdict.Found?.Hard == isHard;
                if (listErrors && !(verdict.IsReasonRight && isHardRight))
                {
                    Console.WriteLine($"  {sample.Server}, {sample.Name}: {verdict.Found?.Reason}" +
                        $"{(isHardRight ? "" : verdict.Found?.Hard == true ? ", false hard" : ", missed hard")}");
                }
            }
        }

        return figures;
    }

    private static bool Own(IReadOnlyList<ServerFamily> families, ReplyRule rule) =>
        families.Any(family => family.Owns(rule));

    private static ReplyRules GetRules(
        Dictionary<string, ReplyRules> known, BounceSample sample,
        Func<IReadOnlyList<ServerFamily>, ReplyRules> create)
    {
        var families = ServerFamily.Parse(sample.Server);
        var key = string.Join('\n', families.Select(family => family.Name));
        if (!known.TryGetValue(key, out var rules))
        {
            known.Add(key, rules = create(families));
        }

        return rules;
    }

    private static string Share(IReadOnlyList<BounceSample> samples, Func<BounceSample, bool> isRight) =>
        $"{samples.Count(isRight)} of {samples.Count}";
}
