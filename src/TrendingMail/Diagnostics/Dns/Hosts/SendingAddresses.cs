using System.Net;
using System.Net.Sockets;
using TrendingMail.Configuration;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Hosts;

/// <summary>
/// Finds the addresses from which mail reaches the subscribers' servers: those of
/// <see cref="DeliverabilityOptions.SendingAddresses"/>, else the public addresses of the relay's host, else those of
/// the name that the relay gives itself.
/// </summary>
internal sealed class SendingAddresses(
    MailOptions mail, DeliverabilityOptions options, SenderIdentity sender, IDnsResolver dns)
{
    private const string Remedy =
        "Set Deliverability:SendingAddresses:0 to the public address from which your relay sends.";

    public async Task<SendingAddressList> FindAsync(CancellationToken cancellationToken)
    {
        if (options.SendingAddresses.Count > 0)
        {
            return new SendingAddressList(
                [
                    .. options.SendingAddresses.Select(text => new SendingAddress(
                        IPAddress.Parse(text), $"{text} is in Deliverability:SendingAddresses", null, null)),
                ],
                []);
        }

        if (mail.Transport != TransportKind.Smtp)
        {
            return new SendingAddressList([], [Finding.Unknown(
                "Mail:Transport is Outbox, so it is not known from which address mail will be sent.",
                $"Set Mail:Transport to Smtp and configure Mail:Smtp:0. {Remedy}")]);
        }

        var found = await Task.WhenAll(mail.Smtp.Select(async server =>
            (Server: server, Result: await FindAsync(server, cancellationToken))));
        return new SendingAddressList(
            [.. found.SelectMany(item => item.Result.Addresses).DistinctBy(address => address.Address)],
            [
                .. found.Where(item => item.Result.Unknown is not null).Select(item =>
                    Finding.Unknown(item.Result.Unknown!, Remedy) with
                    {
                        Subject = $"{item.Server.Host}:{item.Server.Port}",
                    }),
            ]);
    }

    private async Task<(IReadOnlyList<SendingAddress> Addresses, string? Unknown)> FindAsync(
        SmtpOptions server, CancellationToken cancellationToken)
    {
        var host = InternetName.ToAscii(server.Host).TrimEnd('.').ToLowerInvariant();
        var (direct, failure) = await ResolveAsync(host, cancellationToken);
        if (direct.Count > 0)
        {
            var provider = IsOwn(host) ? null : RelayProvider.Find(host)?.Name ?? host;
            return ([.. direct.Select(address => new SendingAddress(
                address, $"{address} is an address of the relay {host}", server, provider)
            {
                Name = IPAddress.TryParse(host.Trim('[', ']'), out _) ? null : host,
            })], null);
        }

        if (failure is not null)
        {
            return ([], $"The addresses of the relay {host} are not known: {failure}.");
        }

        var relay = await RelayNames.FindAsync(server, cancellationToken);
        if (relay.Name is not { } name)
        {
            return ([], $"The public address of the relay {host} is not known: {relay.Failure}.");
        }

        (direct, failure) = await ResolveAsync(name, cancellationToken);
        return direct.Count > 0
            ? ([.. direct.Select(address => new SendingAddress(
                address, $"{address} is an address of {name}, as the relay {host} calls itself", server, null)
            {
                Name = name,
            })], null)
            : ([], $"The relay {host} calls itself {name}, which has no public address in DNS" +
                $"{(failure is null ? "" : $" ({failure})")}: the address from which it sends is not known.");
    }

    /// <summary>The public addresses of a name or of a literal address; none for a private one.</summary>
    private async Task<(IReadOnlyList<IPAddress> Addresses, string? Failure)> ResolveAsync(
        string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
        {
            return (AddressScope.IsPublic(literal) ? [literal] : [], null);
        }

        if (!host.Contains('.', StringComparison.Ordinal))
        {
            return ([], null);
        }

        var ip4 = await dns.FindAddressesAsync(host, AddressFamily.InterNetwork, cancellationToken);
        var ip6 = await dns.FindAddressesAsync(host, AddressFamily.InterNetworkV6, cancellationToken);
        return ([.. ip4.Records.Concat(ip6.Records).Where(AddressScope.IsPublic)], ip4.Failure ?? ip6.Failure);
    }

    /// <summary>Whether a host is the operator's own: an address, or a name in a domain of the sender.</summary>
    private bool IsOwn(string host) => IPAddress.TryParse(host.Trim('[', ']'), out _) ||
        sender.ReceivingDomains.Any(domain => SharesParent(host, domain));

    /// <summary>Whether one name is below the other, or both are below the same name of two labels or more.</summary>
    private static bool SharesParent(string host, string domain)
    {
        var (left, right) = (host.Split('.'), domain.Split('.'));
        var common = left.Reverse().Zip(right.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return common >= Math.Min(right.Length, Math.Max(2, right.Length - 1));
    }
}
