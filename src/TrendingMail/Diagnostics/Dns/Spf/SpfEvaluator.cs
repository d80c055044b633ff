using System.Net;
using System.Net.Sockets;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>Evaluates the SPF record of a domain for a message, as receivers do (RFC 7208 section 4).</summary>
internal sealed class SpfEvaluator
{
    private readonly SpfQuestion question;

    private readonly bool isSurvey;

    private readonly SpfBudget budget;

    private readonly SpfLookups lookups;

    private readonly List<string> problems = [];

    private string? decidingTerm;

    private SpfEvaluator(IDnsResolver dns, SpfQuestion question, bool isSurvey, CancellationToken cancellationToken)
    {
        this.question = question;
        this.isSurvey = isSurvey;
        budget = new SpfBudget(isSurvey);
        lookups = new SpfLookups(dns, budget, cancellationToken);
    }

    /// <summary>Evaluates the record until a term matches (check_host).</summary>
    public static Task<SpfOutcome> CheckAsync(
        IDnsResolver dns, SpfQuestion question, CancellationToken cancellationToken) =>
        new SpfEvaluator(dns, question, isSurvey: false, cancellationToken).RunAsync();

    /// <summary>
    /// Evaluates all terms, as for an address that none matches, and collects everything that is wrong with them.
    /// </summary>
    public static Task<SpfOutcome> SurveyAsync(
        IDnsResolver dns, string sender, CancellationToken cancellationToken) =>
        new SpfEvaluator(
            dns, new SpfQuestion(IPAddress.Any, sender, "unknown"), isSurvey: true, cancellationToken).RunAsync();

    private async Task<SpfOutcome> RunAsync()
    {
        SpfResult result;
        try
        {
            result = await CheckHostAsync(question.Domain, depth: 0);
        }
        catch (SpfException e)
        {
            result = e.Result;
            problems.Add(e.Message);
        }

        return new SpfOutcome(result)
        {
            DecidingTerm = decidingTerm,
            Problems = problems,
            Lookups = budget.Lookups,
            VoidNames = budget.VoidNames,
        };
    }

    private async Task<SpfResult> CheckHostAsync(string domain, int depth)
    {
        var record = await lookups.FindRecordAsync(domain);
        if (record is null)
        {
            return SpfResult.None;
        }

        foreach (var mechanism in record.Mechanisms)
        {
            if (mechanism.NeedsLookup)
            {
                budget.CountLookup(mechanism.Text, depth);
            }

            if (await MatchesAsync(mechanism, domain, depth))
            {
                decidingTerm = depth == 0 ? mechanism.Text : null;
                return ToResult(mechanism.Qualifier);
            }
        }

        if (record.Redirect is not { } redirect)
        {
            return SpfResult.Neutral;
        }

        budget.CountLookup(redirect.Text, depth);
        var target = await ExpandAsync(redirect.Value, domain);
        var result = await CheckHostAsync(target, depth);
        return result != SpfResult.None
            ? result
            : throw new SpfException(SpfResult.PermError, $"redirects to {target}, which has no SPF record");
    }

    private static SpfResult ToResult(SpfQualifier qualifier) => qualifier switch
    {
        SpfQualifier.Pass => SpfResult.Pass,
        SpfQualifier.Fail => SpfResult.Fail,
        SpfQualifier.SoftFail => SpfResult.SoftFail,
        _ => SpfResult.Neutral,
    };

    private async Task<bool> MatchesAsync(SpfMechanism mechanism, string domain, int depth)
    {
        var target = mechanism.DomainSpec is { } spec ? await ExpandAsync(spec, domain) : domain;
        var family = question.Address.AddressFamily;
        switch (mechanism.Kind)
        {
            case SpfMechanismKind.All:
                return true;
            case SpfMechanismKind.Include:
                return await IncludesAsync(target, depth);
            case SpfMechanismKind.A:
                return Covers(mechanism, await lookups.FindAddressesAsync(target, family, countsVoid: true));
            case SpfMechanismKind.Mx:
                return Covers(mechanism, await lookups.FindExchangerAddressesAsync(target, family));
            case SpfMechanismKind.Ptr:
                return (await lookups.FindValidatedNamesAsync(question.Address))
                    .Any(name => $".{name}".EndsWith($".{target}", StringComparison.OrdinalIgnoreCase)) && !isSurvey;
            case SpfMechanismKind.Exists:
                return (await lookups.FindAddressesAsync(target, AddressFamily.InterNetwork, !isSurvey))
                    .Count > 0 && !isSurvey;
            default:
                return Covers(mechanism, [mechanism.Network!]);
        }
    }

    private bool Covers(SpfMechanism mechanism, IReadOnlyList<IPAddress> addresses) => !isSurvey &&
        addresses.Any(address => address.AddressFamily == question.Address.AddressFamily &&
            AddressPrefix.Matches(address, question.Address, address.AddressFamily == AddressFamily.InterNetwork
                ? mechanism.Ip4Prefix : mechanism.Ip6Prefix));

    /// <summary>An include matches if the other record passes (RFC 7208 section 5.2).</summary>
    private async Task<bool> IncludesAsync(string target, int depth)
    {
        try
        {
            return await CheckHostAsync(target, depth + 1) switch
            {
                SpfResult.Pass => !isSurvey,
                SpfResult.None => throw new SpfException(
                    SpfResult.PermError, $"includes {target}, which has no SPF record"),
                _ => false,
            };
        }
        catch (SpfException e) when (isSurvey && e.Result == SpfResult.PermError && !budget.IsExhausted)
        {
            problems.Add(e.Message);
            return false;
        }
    }

    private async Task<string> ExpandAsync(string spec, string domain)
    {
        var name = "unknown";
        if (SpfMacro.UsesValidatedName(spec))
        {
            var names = await lookups.FindValidatedNamesAsync(question.Address);
            name = names.FirstOrDefault(other => other.Equals(domain, StringComparison.OrdinalIgnoreCase))
                ?? names.FirstOrDefault(other => other.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase))
                ?? names.FirstOrDefault("unknown");
        }

        return SpfMacro.Expand(
            spec, new SpfMacroValues(question.Address, question.Sender, question.Helo, domain, name));
    }
}
