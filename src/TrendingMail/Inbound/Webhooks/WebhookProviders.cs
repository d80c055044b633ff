using Microsoft.Extensions.DependencyInjection;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Puts those providers in place that are set up.</summary>
public static class WebhookProviders
{
    /// <summary>The name of the client that asks Amazon SNS.</summary>
    public const string SnsClientName = "sns";

    private const int LongestAnswer = 64 << 10;

    public static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookOptions options)
    {
        services.AddSingleton<WebhookDesk>();
        services.AddSingleton(options.Ses).AddSingleton(options.SendGrid).AddSingleton(options.Postmark)
            .AddSingleton(options.Mailgun).AddSingleton(options.Generic);
        if (options.Ses.IsSet)
        {
            services.AddHttpClient(SnsClientName, http =>
            {
                http.Timeout = TimeSpan.FromSeconds(10);
                http.MaxResponseContentBufferSize = LongestAnswer;
            }).ConfigurePrimaryHttpMessageHandler(
                () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
            services.AddSingleton(provider => new SnsClient(
                () => provider.GetRequiredService<IHttpClientFactory>().CreateClient(SnsClientName),
                provider.GetRequiredService<TimeProvider>()));
        }

        Add<SesWebhook>(services, options.Ses.IsSet);
        Add<SendGridWebhook>(services, options.SendGrid.IsSet);
        Add<PostmarkWebhook>(services, options.Postmark.IsSet);
        Add<MailgunWebhook>(services, options.Mailgun.IsSet);
        Add<GenericWebhook>(services, options.Generic.IsSet);
        return services;
    }

    private static void Add<T>(IServiceCollection services, bool isSet)
        where T : class, IWebhookProvider
    {
        if (isSet)
        {
            services.AddSingleton<IWebhookProvider, T>();
        }
    }
}
