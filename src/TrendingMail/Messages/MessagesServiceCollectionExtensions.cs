using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Links;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Messages;

/// <summary>Registers the rendering, addressing and signing of messages.</summary>
public static class MessagesServiceCollectionExtensions
{
    public static IServiceCollection AddMessages(this IServiceCollection services, SenderOptions options) => services
        .AddSingleton(options)
        .AddSingleton<MessageComposer>()
        .AddSingleton(provider => new ReturnPath(provider.GetRequiredService<KeyRing>(), options.BounceAddress))
        .AddSingleton(_ => new DkimSignatures(options.Dkim));
}
