using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Inbound.Actions;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.Inbound.DomainReports.Senders;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Inbound;

/// <summary>Registers the processing of bounces, complaints and requests by mail.</summary>
public static class InboundServiceCollectionExtensions
{
    public static IServiceCollection AddInbound(this IServiceCollection services, InboundOptions options) => services
        .AddSingleton(options)
        .AddSingleton<InboundStore>()
        .AddSingleton<SubscriberResolver>()
        .AddSingleton<BounceHandler>()
        .AddSingleton<InboundMessageHandler>()
        .AddSingleton<OwnDomains>()
        .AddSingleton<UnknownSenderAlerts>()
        .AddSingleton<DomainReportStore>()
        .AddSingleton<DomainReportHandler>()
        .AddSingleton<DomainReportOverview>()
        .AddSingleton<DomainReportRetention>()
        .AddSingleton<InboundRetention>()
        .AddSingleton<InboundUndo>()
        .AddSingleton<InboundReport>()
        .AddSingleton<SmtpRejectionProcessor>()
        .AddSingleton<SubscriberTrace>()
        .AddSingleton<MailboxProcessor>()
        .AddSingleton<MailboxMonitor>();
}
