using TrendingMail.Delivery;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Worker.Web.Operations;

/// <summary>Where mail is to be seen while no SMTP server is configured.</summary>
internal sealed class OutboxLocation(Settings settings)
{
    /// <summary>The page on this machine; null if mail is sent, or no page shows it.</summary>
    public string? Url => settings.Mail.Transport == TransportKind.Outbox &&
        Settings.SplitUrls(settings.ManagementUrls).FirstOrDefault() is { } url ? $"{url.TrimEnd('/')}/outbox" : null;
}
