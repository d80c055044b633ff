using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Smtp;

namespace TrendingMail.Diagnostics.Dns.Hosts;

/// <summary>The name that a relay gives itself, or why it is not known.</summary>
internal sealed record RelayName(string? Name, string? Failure);

/// <summary>
/// Asks relays for their names: what a relay answers to EHLO is by default also the name in its own EHLO to other
/// servers (Postfix, Exim and OpenSMTPD alike).
/// </summary>
internal static class RelayNames
{
    public static async Task<RelayName> FindAsync(SmtpOptions server, CancellationToken cancellationToken)
    {
        try
        {
            await using var probe = await SmtpProbe.OpenAsync(server, cancellationToken);
            var introduction = await probe.IntroduceAsync(cancellationToken);
            return introduction.Name.Length > 0
                ? new RelayName(introduction.Name.ToLowerInvariant(), null)
                : new RelayName(null, $"{server.Host}:{server.Port} does not give its name in the reply to EHLO");
        }
        catch (Exception e) when (SmtpProbe.Explain(e, server, cancellationToken) is not null)
        {
            return new RelayName(null, SmtpProbe.Explain(e, server, cancellationToken));
        }
    }
}
