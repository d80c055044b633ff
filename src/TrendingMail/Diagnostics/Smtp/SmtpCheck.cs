using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Dns;

namespace TrendingMail.Diagnostics.Smtp;

/// <summary>Whether the servers of <c>Mail:Smtp</c> take our mail, and how much of it.</summary>
internal sealed class SmtpCheck(MailOptions mail, SenderIdentity sender, TimeProvider clock) : IDiagnosticCheck
{
    public string Name => "smtp";

    public CheckGroup Group => CheckGroup.Smtp;

    public string Description => "whether each SMTP server takes our mail: TLS, login, sender, limits";

    public bool NeedsNetwork => true;

    public bool GuardsReputation => false;

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (mail.Transport != TransportKind.Smtp)
        {
            return
            [
                Finding.Unknown(
                    "Mail:Transport is Outbox: mail is written to a folder, and there is no server to check.",
                    "Set Mail:Transport to Smtp, and Mail:Smtp:0:Host and Mail:Smtp:0:Port to your relay."),
            ];
        }

        var findings = await Task.WhenAll(
            mail.Smtp.Select((server, index) => CheckAsync(server, index, cancellationToken)));
        return [.. findings.SelectMany(server => server)];
    }

    private async Task<IEnumerable<Finding>> CheckAsync(
        SmtpOptions server, int index, CancellationToken cancellationToken)
    {
        string[] senders = [.. new[] { sender.ReturnPathAddress, sender.From }.Distinct()];
        try
        {
            var observation = await SmtpInspector.InspectAsync(server, index, senders, cancellationToken);
            return SmtpFindings.Judge(observation, clock.GetUtcNow())
                .Select(finding => finding with { Subject = $"{server.Host}:{server.Port}" });
        }
        catch (Exception e) when (SmtpProbe.Explain(e, server, cancellationToken) is not null)
        {
            return
            [
                SmtpFailure.Judge(server, index, e, SmtpProbe.Explain(e, server, cancellationToken)!) with
                {
                    Subject = $"{server.Host}:{server.Port}",
                },
            ];
        }
    }
}
