using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace TrendingMail.Worker.Web.Clients;

/// <summary>Who sent a request, as far as that is known.</summary>
/// <param name="Address">Null if the client is behind a proxy that does not name it or is not known.</param>
/// <param name="Peer">The other end of the connection; null for a Unix socket.</param>
/// <param name="IsPeerProxy">Whether the peer probably stands for many clients.</param>
internal sealed record Client(IPAddress? Address, IPAddress? Peer, bool IsPeerProxy)
{
    /// <summary>The client's network, for the consent history; null if the client is unknown.</summary>
    public string? Network => ClientNetwork.From(Address);

    /// <summary>Whether rate limits count the client together with all others behind its proxy.</summary>
    public bool SharesLimits => Address is null && IsPeerProxy;

    /// <summary>
    /// The key of rate limits. An unknown client with a public address of its own is counted by that, so that nobody
    /// escapes a limit by adding a proxy's header.
    /// </summary>
    public string LimitKey => $"{(SharesLimits ? "proxy " : "")}{ClientNetwork.From(Address ?? Peer) ?? "unknown"}";
}

/// <summary>Provides the client of a request.</summary>
internal static class ClientFeature
{
    /// <summary>Resolves the client of each request.</summary>
    public static void UseClients(this IApplicationBuilder app)
    {
        var resolver = app.ApplicationServices.GetRequiredService<ClientResolver>();
        app.Use((http, next) =>
        {
            http.Features.Set(resolver.Resolve(http));
            return next(http);
        });
    }

    public static Client GetClient(this HttpContext http) => http.Features.GetRequiredFeature<Client>();
}
