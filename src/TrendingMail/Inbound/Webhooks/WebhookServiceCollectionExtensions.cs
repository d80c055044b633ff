using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Inbound.Webhooks.Providers;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Registers the configured webhook providers.</summary>
public static class WebhookServiceCollectionExtensions
{
    /// <summary>The name of the HTTP client for Amazon SNS.</summary>
    public const string SnsClientName = "sns";

    private const int MaximumResponseBytes = 64 << 10;

    public static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookOptions options)
    {
        services.AddSingleton<WebhookReceiver>();
        services.AddSingleton(options.Ses).AddSingleton(options.SendGrid).AddSingleton(options.Postmark)
            .AddSingleton(options.Mailgun).AddSingleton(options.Generic);
        if (options.Ses.IsConfigured)
        {
            services.AddHttpClient(SnsClientName, http =>
            {
                http.Timeout = TimeSpan.FromSeconds(10);
                http.MaxResponseContentBufferSize = MaximumResponseBytes;
            }).ConfigurePrimaryHttpMessageHandler(
                () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
            services.AddSingleton(provider => new SnsClient(
                () => provider.GetRequiredService<IHttpClientFactory>().CreateClient(SnsClientName),
                provider.GetRequiredService<TimeProvider>()));
        }

        AddProvider<SesWebhook>(services, options.Ses.IsConfigured);
        AddProvider<SendGridWebhook>(services, options.SendGrid.IsConfigured);
        AddProvider<PostmarkWebhook>(services, options.Postmark.IsConfigured);
        AddProvider<MailgunWebhook>(services, options.Mailgun.IsConfigured);
        AddProvider<GenericWebhook>(services, options.Generic.IsConfigured);
        return services;
    }

    private static void AddProvider<T>(IServiceCollection services, bool isConfigured)
        where T : class, IWebhookProvider
    {
        if (isConfigured)
        {
            services.AddSingleton<IWebhookProvider, T>();
        }
    }
}
