using TrendingMail.Delivery.Replies;
using TrendingMail.Delivery.Replies.Rules;
using TrendingMail.Inbound.Classification.Reports;
using TrendingMail.Tests.Inbound.Classification.Reports;

namespace TrendingMail.Benchmarks.Inbound.Bounces;

/// <summary>Which servers' samples contain a phrase of the rules or of the vocabulary.</summary>
internal sealed class RuleUsage
{
    private readonly ReplyRules rules = ReplyRules.Default;

    private readonly Dictionary<string, HashSet<string>> serversByRule = [];

    private readonly List<(string Server, string Words)> texts = [];

    private readonly Dictionary<string, HashSet<string>> serversByPhrase = [];

    public RuleUsage(IEnumerable<BounceSample> samples)
    {
        foreach (var sample in samples)
        {
            foreach (var family in ServerFamily.Parse(sample.Server))
            {
                foreach (var mail in sample.Mails.Select(bytes => InboundMail.Read(bytes)))
                {
                    Add(family.Name, NormalizedDiagnostic.Parse($"{mail.DeliveryStatus} {mail.Text}").Text);
                }
            }
        }
    }

    /// <summary>Whether the rule's phrase occurs, but only in samples of these servers.</summary>
    public bool IsUsedOnlyBy(IReadOnlyList<ServerFamily> families, ReplyRule rule) =>
        serversByRule.TryGetValue(rule.Text, out var servers) && AreAllAmong(families, servers);

    /// <summary>Whether the phrase occurs, but only in samples of these servers.</summary>
    public bool IsUsedOnlyBy(IReadOnlyList<ServerFamily> families, string phrase)
    {
        if (!serversByPhrase.TryGetValue(phrase, out var servers))
        {
            var words = string.Join(' ', ReplyWords.Split(phrase.TrimEnd('*')));
            var searched = phrase.EndsWith('*') ? $" {words}" : $" {words} ";
            servers = [.. texts.Where(text => text.Words.Contains(searched, StringComparison.Ordinal))
                .Select(text => text.Server)];
            serversByPhrase.Add(phrase, servers);
        }

        return servers.Count > 0 && AreAllAmong(families, servers);
    }

    private static bool AreAllAmong(IReadOnlyList<ServerFamily> families, HashSet<string> servers) =>
        servers.All(server => families.Any(family => family.Name == server));

    private void Add(string server, string text)
    {
        texts.Add((server, $" {string.Join(' ', ReplyWords.Split(text))} "));
        foreach (var (rule, _) in rules.Find(text))
        {
            if (!serversByRule.TryGetValue(rule.Text, out var servers))
            {
                serversByRule.Add(rule.Text, servers = []);
            }

            servers.Add(server);
        }
    }
}
