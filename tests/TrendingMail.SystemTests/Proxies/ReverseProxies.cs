using System.Globalization;
using System.Net.Sockets;
using TrendingMail.Tests.Documentation;

namespace TrendingMail.SystemTests.Proxies;

/// <summary>The ways in which a request reaches the program.</summary>
public enum Route
{
    /// <summary>No proxy.</summary>
    Direct,

    /// <summary>nginx as the documentation configures it.</summary>
    Nginx,

    /// <summary>nginx with <c>proxy_pass</c> only.</summary>
    BareNginx,

    /// <summary>nginx that names the client in <c>X-Real-IP</c>.</summary>
    RealIpNginx,

    /// <summary>As <see cref="Nginx"/>, from the address of another container.</summary>
    ContainerNginx,

    /// <summary>As <see cref="BareNginx"/>, from the address of another container.</summary>
    BareContainerNginx,

    /// <summary>Caddy as the documentation configures it.</summary>
    Caddy,

    /// <summary>Caddy in front of <see cref="Nginx"/>.</summary>
    CaddyAndNginx,
}

/// <summary>nginx and Caddy in front of a program, each on its own port.</summary>
internal sealed class ReverseProxies : IAsyncDisposable
{
    /// <summary>The address from which <see cref="Route.ContainerNginx"/> connects.</summary>
    public const string ContainerAddress = "127.0.0.2";

    private const string DocumentedUpstream = "127.0.0.1:5080";

    private const string DocumentedSite = "papers.example.org";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-proxies-");

    private readonly Dictionary<Route, int> ports =
        Enum.GetValues<Route>().ToDictionary(route => route, _ => TestApp.FreePort());

    private readonly List<Child> children = [];

    /// <summary>Starts both proxies; skips the test if one is not installed.</summary>
    public static async Task<ReverseProxies> StartAsync(TestApp app)
    {
        var (nginx, caddy) = (Require.Program("nginx-light", "nginx"), Require.Program("caddy", "caddy"));
        var proxies = new ReverseProxies();
        proxies.ports[Route.Direct] = app.Url.Port;
        try
        {
            await proxies.StartAsync(nginx, caddy, app.Url.Authority);
            return proxies;
        }
        catch
        {
            await proxies.DisposeAsync();
            throw;
        }
    }

    public Uri Address(Route route) => new($"http://127.0.0.1:{ports[route]}");

    public async ValueTask DisposeAsync()
    {
        foreach (var child in children.Where(child => !child.HasExited))
        {
            await child.SignalAsync("TERM");
            await child.WaitForExitAsync();
        }

        foreach (var child in children)
        {
            await child.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    private async Task StartAsync(string nginx, string caddy, string upstream)
    {
        await WriteAsync("nginx.conf", NginxConfiguration(upstream));
        await WriteAsync("Caddyfile", CaddyConfiguration(upstream));
        children.Add(Child.Start(nginx, ["-p", folder.FullName, "-c", "nginx.conf", "-e", "stderr"], folder.FullName));
        children.Add(Child.Start(
            caddy, ["run", "--config", "Caddyfile", "--adapter", "caddyfile"], folder.FullName,
            [.. new[] { "HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME" }.Select(
                name => KeyValuePair.Create(name, (string?)folder.FullName))]));
        foreach (var port in ports.Values)
        {
            await Until.TrueAsync($"a proxy listens on port {port}", StartLimit, () =>
            {
                Assert.All(children, child => Assert.False(child.HasExited, child.Output + child.Errors));
                return IsListening(port);
            });
        }
    }

    private string NginxConfiguration(string upstream)
    {
        var documented = Documented("nginx").Replace(DocumentedUpstream, upstream, StringComparison.Ordinal);
        var bare = $"location / {{ proxy_pass http://{upstream}; }}";
        var realIp = $$"""
            location / {
                proxy_pass http://{{upstream}};
                proxy_set_header Host $host;
                proxy_set_header X-Real-IP $remote_addr;
            }
            """;
        var bind = $"proxy_bind {ContainerAddress};";
        return $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid nginx.pid;
            events {}
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                {{Server(Route.Nginx, documented)}}
                {{Server(Route.BareNginx, bare)}}
                {{Server(Route.RealIpNginx, realIp)}}
                {{Server(Route.ContainerNginx, bind + documented)}}
                {{Server(Route.BareContainerNginx, bind + bare)}}
            }
            """;
    }

    private string Server(Route route, string content) =>
        string.Create(CultureInfo.InvariantCulture, $"server {{ listen 127.0.0.1:{ports[route]}; {content} }}");

    private string CaddyConfiguration(string upstream)
    {
        string Site(Route route, string target) => Documented("caddyfile")
            .Replace(DocumentedSite, $"http://:{ports[route]}", StringComparison.Ordinal)
            .Replace(DocumentedUpstream, target, StringComparison.Ordinal);
        return $$"""
            {
                admin off
                auto_https off
                default_bind 127.0.0.1
            }
            {{Site(Route.Caddy, upstream)}}
            {{Site(Route.CaddyAndNginx, Address(Route.Nginx).Authority)}}
            """;
    }

    /// <summary>The configuration that the documentation shows.</summary>
    private static string Documented(string language) => string.Join('\n',
        MarkdownPage.ReadAll(Repository.File()).SelectMany(page => page.CodeBlocks)
            .Single(block => block.Language == language).Lines);

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(
        Path.Combine(folder.FullName, name), text + "\n", TestContext.Current.CancellationToken);

    private static bool IsListening(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
