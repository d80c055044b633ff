using System.Net;
using TrendingMail.Worker.Configuration;
using TrendingMail.Worker.Hosting;
using TrendingMail.Worker.Web.Clients;

namespace TrendingMail.Worker.Web.Operations;

/// <summary>
/// Recognizes requests on the listener for operators. The local port decides, because no header can forge it. All
/// listeners of a process with the worker role are for operators.
/// </summary>
internal sealed class ManagementListener(Settings settings, CurrentRole role)
{
    private readonly int[] ports = [.. Settings.SplitUrls(settings.ManagementUrls).Select(Settings.GetPort)];

    public bool Received(HttpContext http) =>
        role.Value == Role.Worker || ports.Contains(http.Connection.LocalPort);

    /// <summary>
    /// Whether the request comes from this machine, without a proxy and under a loopback name, so that no other site's
    /// name can be rebound to this address.
    /// </summary>
    public static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) &&
        !ProxySigns.HasHeader(http.Request.Headers) && !ProxySigns.HasOldProtocol(http.Request) &&
        IsLoopbackName(http.Request.Host.Host);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ||
        (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
