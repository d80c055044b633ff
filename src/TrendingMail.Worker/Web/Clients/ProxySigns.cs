namespace TrendingMail.Worker.Web.Clients;

/// <summary>Recognizes requests that came through a proxy, declared or not.</summary>
internal static class ProxySigns
{
    private static readonly string[] Names =
    [
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Original-For", "X-Original-Host",
        "X-Original-URL", "X-Remote-IP", "X-Remote-Addr", "X-Host", "True-Client-IP", "Client-IP", "CDN-Loop",
        "Fastly-Client-IP", "Fly-Client-IP",
    ];

    private static readonly string[] Prefixes =
        ["X-Forwarded", "X-ProxyUser", "X-Envoy-", "X-Amzn-", "X-Amz-Cf-", "X-Azure-", "CF-", "Sec-Proxy-"];

    /// <summary>Whether a header is one that proxies add.</summary>
    public static bool HasHeader(IHeaderDictionary headers) => headers.Keys.Any(name =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase) ||
        Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether the request has the version in which nginx used to speak to its upstream by default.</summary>
    public static bool HasOldProtocol(HttpRequest request) => HttpProtocol.IsHttp10(request.Protocol);
}
