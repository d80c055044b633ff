using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Dmarc;

/// <summary>The DMARC records of one name on the way up.</summary>
internal sealed record DmarcStep(string Domain, TextRecords Texts)
{
    /// <summary>The only record of the name; null if it has none, or several, which count as none.</summary>
    public TagList? Record { get; } = Texts.Valid is [var text] ? TagList.Parse(text) : null;
}

/// <summary>What walking up from a domain found (RFC 9989 section 4.10).</summary>
/// <param name="Steps">From the domain upwards.</param>
/// <param name="Failure">Set if a name server did not answer, so that nothing is known.</param>
internal sealed record DmarcWalk(string Domain, IReadOnlyList<DmarcStep> Steps, Finding? Failure = null)
{
    /// <summary>The domain that stands for all of an organization's.</summary>
    public string OrganizationalDomain
    {
        get
        {
            foreach (var step in Steps.Where(step => step.Record is not null))
            {
                var publicSuffix = step.Record!["psd"];
                if (publicSuffix == "n")
                {
                    return step.Domain;
                }

                if (publicSuffix == "y" && step.Domain != Domain)
                {
                    var labels = Domain.Split('.');
                    return string.Join('.', labels[^(step.Domain.Split('.').Length + 1)..]);
                }
            }

            return Steps.LastOrDefault(step => step.Record is not null)?.Domain ?? Domain;
        }
    }

    /// <summary>The record that decides about mail from the domain; null if there is none.</summary>
    public DmarcStep? Policy => Steps.FirstOrDefault(step => step.Domain == Domain && step.Record is not null)
        ?? Steps.FirstOrDefault(step => step.Domain == OrganizationalDomain && step.Record is not null);
}

/// <summary>Finds policies and organizational domains by walking up the DNS tree, without a list of suffixes.</summary>
internal sealed class DmarcTreeWalk(IDnsResolver dns)
{
    /// <summary>A longer name is cut down to seven labels after the first query.</summary>
    private const int MaxLabels = 8;

    public async Task<DmarcWalk> WalkAsync(string domain, CancellationToken cancellationToken)
    {
        var steps = new List<DmarcStep>();
        foreach (var name in Ancestors(domain))
        {
            var answer = await dns.FindTextsAsync($"_dmarc.{name}", cancellationToken);
            if (answer.IsFailed)
            {
                return new DmarcWalk(domain, [], answer.ToUnknown());
            }

            var texts = await TextRecords.SortAsync(dns, answer, "DMARC1", cancellationToken);
            var step = new DmarcStep(name, texts);
            steps.Add(step);
            if (step.Record?["psd"] is "n" or "y" && (name != domain || step.Record["psd"] == "n"))
            {
                break;
            }
        }

        return new DmarcWalk(domain, steps);
    }

    private static IEnumerable<string> Ancestors(string domain)
    {
        yield return domain;
        var labels = domain.Split('.');
        for (var count = Math.Min(labels.Length, MaxLabels) - 1; count > 0; count--)
        {
            yield return string.Join('.', labels[^count..]);
        }
    }
}
