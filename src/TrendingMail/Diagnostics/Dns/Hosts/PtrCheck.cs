using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Hosts;

/// <summary>Whether the names of our relay lead to its addresses and back (forward-confirmed reverse DNS).</summary>
internal sealed class PtrCheck(
    SenderIdentity sender, MailOptions mail, IDnsResolver dns, SendingAddresses sendingAddresses)
    : DnsCheck(sender)
{
    public override string Name => "dns-ptr";

    public override string Description =>
        "whether the relay's addresses and the name in its EHLO lead to each other (PTR, A)";

    public override bool GuardsReputation => true;

    protected override async Task<IReadOnlyList<Finding>> LookUpAsync(CancellationToken cancellationToken)
    {
        var relay = await sendingAddresses.FindAsync(cancellationToken);
        var own = relay.Addresses.Where(address => address.Provider is null).ToList();
        var findings = relay.Addresses.Where(address => address.Provider is not null)
            .Select(address => address.Provider!).Distinct()
            .Select(provider => Finding.Good($"The relay is that of {provider}, who cares for its names."))
            .Concat(relay.Unknown)
            .ToList();
        foreach (var address in own)
        {
            findings.Add(await CheckReverseAsync(address, cancellationToken));
        }

        return [.. findings, .. await Task.WhenAll(FindOwnServers(own).Select(async server =>
            await CheckEhloAsync(server, own, cancellationToken) with { Subject = $"{server.Host}:{server.Port}" }))];
    }

    /// <summary>The servers that send from our addresses; all of them if the operator named the addresses.</summary>
    private IEnumerable<SmtpOptions> FindOwnServers(List<SendingAddress> own) => mail.Transport != TransportKind.Smtp
        ? []
        : mail.Smtp.Where(server => own.Exists(address => address.Server is null || address.Server == server));

    private async Task<Finding> CheckReverseAsync(SendingAddress address, CancellationToken cancellationToken)
    {
        var pointers = await dns.FindNamesAsync(address.Address, cancellationToken);
        if (pointers.IsFailed)
        {
            return pointers.ToUnknown().About(address.Address.ToString());
        }

        var confirmed = new List<string>();
        foreach (var name in pointers.Records)
        {
            var forward = await dns.FindAddressesAsync(name, address.Address.AddressFamily, cancellationToken);
            if (forward.IsFailed)
            {
                return forward.ToUnknown().About(address.Address.ToString());
            }

            if (forward.Records.Contains(address.Address))
            {
                confirmed.Add(name);
            }
        }

        return PtrFindings.JudgeReverse(address, pointers, confirmed, address.Name ?? $"mail.{Sender.FromDomain}") with
        {
            Subject = address.Address.ToString(),
        };
    }

    private async Task<Finding> CheckEhloAsync(
        SmtpOptions server, List<SendingAddress> own, CancellationToken cancellationToken)
    {
        var relay = await RelayNames.FindAsync(server, cancellationToken);
        if (relay.Name is not { } name)
        {
            return Finding.Unknown($"The name in the relay's EHLO is not known: {relay.Failure}.");
        }

        var addresses = own.Where(address => address.Server is null || address.Server == server)
            .Select(address => address.Address).ToList();
        var family = addresses[0].AddressFamily;
        var forward = await dns.FindAddressesAsync(name, family, cancellationToken);
        return forward.IsFailed ? forward.ToUnknown() : PtrFindings.JudgeEhlo(name, forward, addresses);
    }
}
