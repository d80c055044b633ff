using TrendingMail.Diagnostics.Dns.Hosts;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>Judges the SPF record of the domain of our return path.</summary>
internal static class SpfFindings
{
    /// <summary>A domain has no SPF record.</summary>
    public static Finding Missing(DnsAnswer<string> answer, IReadOnlyList<SendingAddress> addresses)
    {
        var lookAlikes = answer.Records
            .Where(text => text.Contains("spf", StringComparison.OrdinalIgnoreCase)).ToArray();
        var text = lookAlikes.Length > 0
            ? $"{answer.Name} has a TXT record that is meant for SPF, but does not begin with 'v=spf1 '."
            : answer.IsFound ? $"No TXT record of {answer.Name} is an SPF record." : answer.ExplainAbsence();
        return Finding.Bad(text, SpfRepair.Publish(answer.Name, addresses)).Citing(lookAlikes);
    }

    /// <summary>A domain has several records, so that receivers use none (RFC 7208 section 4.5).</summary>
    public static Finding Several(string domain, IReadOnlyList<SpfRecord> records) => Finding.Bad(
        $"{domain} has {records.Count} SPF records, so that receivers ignore all of them.",
        "Publish one record instead of them:\n" +
        ZoneLine.Text(domain, SpfRecord.Format(SpfRepair.Merge(records)))) with
    {
        Evidence = [.. records.Select(record => record.Text)],
    };

    /// <summary>A record has a syntax error.</summary>
    public static Finding Invalid(string domain, SpfRecord record, IReadOnlyList<SendingAddress> addresses) =>
        Finding.Bad(
            $"The SPF record of {domain} has a syntax error at {record.Errors.First()}. Receivers ignore it.",
            SpfRepair.Replace(domain, SpfRepair.Correct(record, addresses))) with
        {
            Evidence = [record.Text, .. record.Errors.Skip(1).Select(error => $"also at {error}")],
        };

    /// <summary>What is wrong with a record whatever the address.</summary>
    public static IEnumerable<Finding> JudgeRecord(
        string domain, SpfRecord record, SpfOutcome survey, IReadOnlyList<SendingAddress> addresses)
    {
        if (JudgeLookups(domain, record, survey, addresses) is { } finding)
        {
            yield return finding with { Evidence = Describe(record, survey) };
        }
        else if (addresses.Count == 0)
        {
            yield return JudgeValid(domain, record, survey);
        }

        foreach (var weakness in JudgeTerms(domain, record))
        {
            yield return weakness with { Evidence = [record.Text] };
        }
    }

    /// <summary>A valid record, if nothing is known about the addresses that it should authorize.</summary>
    private static Finding JudgeValid(string domain, SpfRecord record, SpfOutcome survey) =>
        record.Redirect is null && record.Mechanisms.All(term => term.Qualifier != SpfQualifier.Pass)
            ? Finding.Bad($"The SPF record of {domain} authorizes no address.", SpfRepair.Publish(domain, [])) with
            {
                Evidence = Describe(record, survey),
            }
            : Finding.Good($"The SPF record of {domain} is valid.") with { Evidence = Describe(record, survey) };

    /// <summary>Whether a record authorizes an address.</summary>
    public static Finding JudgeAddress(
        string domain, SpfRecord record, SpfOutcome survey, SendingAddress address, SpfOutcome outcome)
    {
        string[] evidence = [.. Describe(record, survey), address.Origin];
        var provider = RelayProvider.FindByName(address.Provider);
        if (outcome.Result == SpfResult.Pass ||
            (provider is not null && survey.Lookups.Any(term => Includes(term, provider.SpfDomain))))
        {
            var who = provider is null ? address.Address.ToString() : provider.Name;
            var term = outcome.DecidingTerm ?? $"include:{provider?.SpfDomain}";
            return Finding.Good($"SPF of {domain} authorizes {who} ({term}).").Citing(evidence);
        }

        if (outcome.Result is SpfResult.TempError)
        {
            return Finding.Unknown(
                $"SPF of {domain} cannot be evaluated: {outcome.Problems[0]}.", DnsAnswer.CheckResolver) with
            {
                Evidence = evidence,
            };
        }

        var remedy = SpfRepair.Replace(domain, SpfRepair.Insert(record, SpfRepair.Authorize(address)));
        return (address.Provider is null || provider is not null
            ? Finding.Bad(
                $"SPF of {domain} does not authorize {address.Address}: {Describe(outcome)}.", remedy)
            : Finding.Warn(
                $"SPF of {domain} does not authorize {address.Address}, an address of {address.Provider}. The relay " +
                "may send from others, which its operator knows.",
                "Set Deliverability:SendingAddresses to the addresses from which the relay sends, and add the " +
                $"include that its operator documents, or the address. {remedy}")).Citing(evidence);
    }

    /// <summary>Whether the terms of a record can be evaluated at all.</summary>
    public static bool CanBeEvaluated(SpfOutcome survey) => survey.Problems.Count == 0
        && survey.Lookups.Count <= SpfBudget.MaxLookups && survey.VoidNames.Count <= SpfBudget.MaxVoidLookups;

    private static Finding? JudgeLookups(
        string domain, SpfRecord record, SpfOutcome survey, IReadOnlyList<SendingAddress> addresses)
    {
        if (survey.Lookups.Count > SpfBudget.MaxLookups)
        {
            return Finding.Bad(
                $"The SPF record of {domain} needs {survey.Lookups.Count} DNS lookups, and receivers ignore a record " +
                $"that needs more than {SpfBudget.MaxLookups}.",
                "Remove the terms of services that no longer send for you, or give the return path " +
                $"(Mail:BounceAddress) a domain of its own, with this record:\n" +
                ZoneLine.Text($"bounces.{domain}", SpfRecord.Format(
                    [.. addresses.Select(SpfRepair.Authorize).Distinct().DefaultIfEmpty("ip4:ADDRESS"), "~all"])));
        }

        if (survey.Problems.Count > 0)
        {
            return Finding.Bad(
                $"The SPF record of {domain} cannot be evaluated, and receivers ignore it: " +
                $"{string.Join("; ", survey.Problems)}.",
                SpfRepair.Replace(domain, Without(record, survey.Problems)));
        }

        return survey.VoidNames.Count > SpfBudget.MaxVoidLookups
            ? Finding.Bad(
                $"The SPF record of {domain} refers to {survey.VoidNames.Count} names without addresses " +
                $"({string.Join(", ", survey.VoidNames)}), and receivers ignore a record with more than " +
                $"{SpfBudget.MaxVoidLookups}.",
                SpfRepair.Replace(domain, Without(record, survey.VoidNames, domain)))
            : null;
    }

    private static IEnumerable<Finding> JudgeTerms(string domain, SpfRecord record)
    {
        if (record.All is { Qualifier: SpfQualifier.Pass } all)
        {
            yield return Finding.Bad(
                $"The SPF record of {domain} authorizes every address in the world ('{all.Text}').",
                SpfRepair.Replace(domain, SpfRepair.Close(record)));
        }
        else if (record.All is null or { Qualifier: SpfQualifier.Neutral } && record.Redirect is null)
        {
            yield return Finding.Warn(
                $"The SPF record of {domain} does not say that other addresses are not authorized.",
                SpfRepair.Replace(domain, SpfRepair.Close(record)));
        }

        if (record.Mechanisms.FirstOrDefault(term => term.Kind == SpfMechanismKind.Ptr) is { } ptr)
        {
            yield return Finding.Warn(
                $"The SPF record of {domain} uses '{ptr.Text}', which is slow and which some receivers do not " +
                "evaluate (RFC 7208 section 5.5).",
                SpfRepair.Replace(domain, record.Terms.Where(term => term != ptr).Select(term => term.Text)));
        }

        if (record.All is { } end &&
            record.Terms.SkipWhile(term => term != end).Skip(1).OfType<SpfMechanism>().ToArray() is [var late, ..])
        {
            yield return Finding.Warn(
                $"The SPF record of {domain} has '{late.Text}' after '{end.Text}', where it is ignored.",
                SpfRepair.Replace(
                    domain, record.Terms.Where(term => term != end).Append(end).Select(term => term.Text)));
        }

        if (record.Terms.OfType<SpfModifier>()
            .FirstOrDefault(term => SpfCorrection.Suggest(term) is not null) is { } modifier)
        {
            yield return Finding.Warn(
                $"The SPF record of {domain} has '{modifier.Text}', which is ignored: '=' makes it a modifier that " +
                "does not exist.",
                SpfRepair.Replace(domain, record.Terms.Select(term =>
                    term == modifier ? SpfCorrection.Suggest(modifier)! : term.Text)));
        }
    }

    /// <summary>The terms of a record that name none of the domains.</summary>
    private static IEnumerable<string> Without(SpfRecord record, IEnumerable<string> mentions, string? own = null) =>
        record.Terms.Where(term =>
            !mentions.Any(mention => Target(term) is { } target
                ? mention.Split(' ', ',').Contains(target, StringComparer.OrdinalIgnoreCase)
                : mention == own && term is SpfMechanism { NeedsLookup: true }))
            .Select(term => term.Text);

    private static string? Target(SpfTerm term) =>
        term is SpfMechanism mechanism ? mechanism.DomainSpec : (term as SpfModifier)?.Value;

    private static bool Includes(string term, string domain) =>
        term.TrimStart(' ', '+').Equals($"include:{domain}", StringComparison.OrdinalIgnoreCase);

    private static string[] Describe(SpfRecord record, SpfOutcome survey) =>
    [
        record.Text,
        $"{survey.Lookups.Count} of {SpfBudget.MaxLookups} DNS lookups",
        .. survey.Lookups.Select(term => $"  {term}"),
    ];

    private static string Describe(SpfOutcome outcome) => outcome switch
    {
        { Problems: [var problem, ..] } => problem,
        { DecidingTerm: { } term } => $"the result is {outcome.Result.ToString().ToLowerInvariant()} ({term})",
        _ => $"the result is {outcome.Result.ToString().ToLowerInvariant()}",
    };
}
