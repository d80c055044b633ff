using System.Globalization;
using System.Net.Sockets;
using MimeKit;

namespace TrendingMail.SystemTests.Mail;

/// <summary>
/// A Postfix of the test's own: settings, queue and mailbox in a temporary folder, a port of its own on this machine
/// only. All mail for example.org comes into one Maildir, and nothing leaves. A Postfix that the machine runs is not
/// touched.
/// </summary>
internal sealed class PostfixServer : IAsyncDisposable
{
    /// <summary>All readers of these tests live here.</summary>
    public const string Domain = "example.org";

    private static readonly TimeSpan StartStopLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MailLimit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-postfix-");

    private readonly Dictionary<string, Arrival> arrivals = [];

    private readonly string postfix;

    private readonly string ownSettings;

    private PostfixServer(string postfix, string ownSettings)
    {
        this.postfix = postfix;
        this.ownSettings = ownSettings;
    }

    public int Port { get; } = ProgramHome.FreePort();

    private string Settings => Path.Combine(folder.FullName, "etc");

    private string MailFolder => Path.Combine(folder.FullName, "mail");

    private string Log => Path.Combine(folder.FullName, "log", "postfix.log");

    /// <summary>Makes and starts a server; skips the test where that cannot be.</summary>
    /// <param name="settings">Lines for main.cf, which take the place of its own.</param>
    public static async Task<PostfixServer> CreateAsync(string settings = "")
    {
        var postfix = Need.Program("postfix", "postfix");
        if (!Environment.IsPrivilegedProcess)
        {
            Need.Program("sudo", "sudo");
            if ((await AsRootAsync("true")).ExitCode != 0)
            {
                Need.Missing("only root can start Postfix, and sudo asks for a password; run tests/run.sh as root");
            }
        }

        var server = new PostfixServer(postfix, settings);
        try
        {
            await server.SetUpAsync();
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets a program send its mail through this server.</summary>
    public void Serve(ProgramHome home)
    {
        home.Settings["Mail__Transport"] = "Smtp";
        home.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        home.Settings["Mail__Smtp__0__Port"] = Port.ToString(CultureInfo.InvariantCulture);
        home.Settings["Mail__Smtp__0__Security"] = "None";
    }

    public async Task StartAsync()
    {
        (await AsRootAsync(postfix, "-c", Settings, "start")).Well();
        await Until.TrueAsync($"Postfix answers at port {Port}", StartStopLimit, Answers);
    }

    public async Task StopAsync()
    {
        (await AsRootAsync(postfix, "-c", Settings, "stop")).Well();
        await Until.TrueAsync($"Postfix has left port {Port}", StartStopLimit, () => !Answers());
    }

    /// <summary>The mails in a mailbox that the settings name.</summary>
    public IReadOnlyList<string> Mailbox(string name) =>
        Path.Combine(MailFolder, name, "new") is var mails && Directory.Exists(mails) ? Directory.GetFiles(mails) : [];

    /// <summary>How many mails are in all mailboxes.</summary>
    public int Count() => Directory.GetDirectories(MailFolder).Sum(box => Mailbox(Path.GetFileName(box)).Count);

    /// <summary>All mail that has come so far, oldest first.</summary>
    public IReadOnlyList<Arrival> Arrivals()
    {
        var inbox = new DirectoryInfo(Path.Combine(MailFolder, "inbox", "new"));
        foreach (var file in inbox.Exists ? inbox.EnumerateFiles() : [])
        {
            if (!arrivals.ContainsKey(file.FullName))
            {
                var bytes = File.ReadAllBytes(file.FullName);
                arrivals[file.FullName] = new Arrival(
                    file.FullName, file.LastWriteTimeUtc, bytes, MimeMessage.Load(new MemoryStream(bytes)));
            }
        }

        return [.. arrivals.Values.OrderBy(arrival => arrival.At)];
    }

    /// <summary>Waits for a mail.</summary>
    /// <param name="messageId">How its Message-ID begins, such as welcome-.</param>
    public Task<Arrival> ArrivalAsync(string address, string messageId, TimeSpan? limit = null) => Until.FoundAsync(
        $"a mail {messageId} to {address} arrives", limit ?? MailLimit, () => Task.FromResult(
            Arrivals().FirstOrDefault(arrival => arrival.DeliveredTo == address &&
                arrival.MessageId.StartsWith(messageId, StringComparison.Ordinal))));

    public async ValueTask DisposeAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(ReadLog());
        if (Answers())
        {
            await StopAsync();
        }

        // The queue's folders belong to Postfix.
        (await AsRootAsync("rm", "-rf", "--", folder.FullName)).Well();
    }

    private static Task<Ended> AsRootAsync(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? Child.RunAsync(program, arguments)
        : Child.RunAsync("sudo", ["-n", program, .. arguments]);

    private async Task SetUpAsync()
    {
        // virtual(8) delivers as nobody for root, so that root's rights are not used, and else as whoever looks.
        var (user, group) = Environment.IsPrivilegedProcess ? ("65534", "65534") : (await IdAsync("-u"), await IdAsync("-g"));
        foreach (var name in (string[])["etc", "queue", "data", "mail", "log"])
        {
            folder.CreateSubdirectory(name);
        }

        (await Child.RunAsync("chmod", "755", folder.FullName)).Well();
        (await AsRootAsync("chown", "postfix", Path.Combine(folder.FullName, "data"))).Well();
        (await AsRootAsync("chown", $"{user}:{group}", MailFolder)).Well();
        await WriteAsync("main.cf", $"""
            compatibility_level = 3.6
            queue_directory = {folder.FullName}/queue
            data_directory = {folder.FullName}/data
            maillog_file = {Log}
            maillog_file_prefixes = {folder.FullName}
            myhostname = mail.{Domain}
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks = 127.0.0.0/8
            mydestination =
            alias_maps =
            local_recipient_maps =
            local_transport = error:there are no local users
            default_transport = error:nothing leaves this machine
            virtual_mailbox_domains = {Domain}
            virtual_mailbox_maps = static:inbox/
            virtual_mailbox_base = {MailFolder}
            virtual_uid_maps = static:{user}
            virtual_gid_maps = static:{group}
            virtual_minimum_uid = 1
            recipient_delimiter = +
            {ownSettings}

            """);

        // The daemons that one needs to take mail by SMTP and put it into a Maildir; no chroot.
        await WriteAsync("master.cf", $"""
            127.0.0.1:{Port} inet n - n - - smtpd
            postlog    unix-dgram n - n - 1 postlogd
            cleanup    unix n - n - 0     cleanup
            qmgr       unix n - n 300 1   qmgr
            rewrite    unix - - n - -     trivial-rewrite
            bounce     unix - - n - 0     bounce
            defer      unix - - n - 0     bounce
            trace      unix - - n - 0     bounce
            flush      unix n - n 1000? 0 flush
            proxymap   unix - - n - -     proxymap
            proxywrite unix - - n - 1     proxymap
            showq      unix n - n - -     showq
            error      unix - - n - -     error
            retry      unix - - n - -     error
            virtual    unix - n n - -     virtual
            lmtp       unix - - n - -     lmtp
            smtp       unix - - n - -     smtp
            anvil      unix - - n - 1     anvil
            tlsmgr     unix - - n 1000? 1 tlsmgr

            """);
    }

    private static async Task<string> IdAsync(string which) => (await Child.RunAsync("id", which)).Well().Output.Trim();

    private Task WriteAsync(string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(Settings, name), text, TestContext.Current.CancellationToken);

    private string ReadLog() => File.Exists(Log) ? File.ReadAllText(Log) : "";

    private bool Answers()
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
