using System.Globalization;
using System.Net.Sockets;
using MimeKit;
using TrendingMail.SystemTests.Messages;

namespace TrendingMail.SystemTests.Delivery;

/// <summary>
/// A private Postfix instance on a loopback port, with configuration, queue and mailboxes in a temporary folder. All
/// mail for example.org is delivered to one Maildir, and no mail leaves the machine. A Postfix that the machine already
/// runs is not affected.
/// </summary>
internal sealed class PostfixServer : IAsyncDisposable
{
    /// <summary>The domain of all recipients.</summary>
    public const string Domain = "example.org";

    private static readonly TimeSpan StartStopLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MailLimit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-postfix-");

    private readonly Dictionary<string, ReceivedMessage> received = [];

    private readonly string postfix;

    private readonly string overrides;

    private PostfixServer(string postfix, string overrides)
    {
        this.postfix = postfix;
        this.overrides = overrides;
    }

    public int Port { get; } = TestApp.FreePort();

    /// <summary>The path of the server's log.</summary>
    public string Log => Path.Combine(folder.FullName, "log", "postfix.log");

    private string ConfigurationFolder => Path.Combine(folder.FullName, "etc");

    private string MailFolder => Path.Combine(folder.FullName, "mail");

    /// <summary>Creates and starts a server; skips the test if that is not possible.</summary>
    /// <param name="settings">Lines for main.cf that override the defaults.</param>
    public static async Task<PostfixServer> CreateAsync(string settings = "")
    {
        var postfix = Require.Program("postfix", "postfix");
        if (!Environment.IsPrivilegedProcess)
        {
            Require.Program("sudo", "sudo");
            if ((await RunAsRootAsync("true")).ExitCode != 0)
            {
                Require.Skip("only root can start Postfix, and sudo asks for a password; run tests/run.sh as root");
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

    /// <summary>Configures the program to send through this server.</summary>
    public void ConfigureSmtp(TestApp app)
    {
        app.Settings["Mail__Transport"] = "Smtp";
        app.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        app.Settings["Mail__Smtp__0__Port"] = Port.ToString(CultureInfo.InvariantCulture);
        app.Settings["Mail__Smtp__0__Security"] = "None";
    }

    public async Task StartAsync()
    {
        (await RunAsRootAsync(postfix, "-c", ConfigurationFolder, "start")).EnsureSuccess();
        await Until.TrueAsync($"Postfix listens on port {Port}", StartStopLimit, IsListening);
    }

    public async Task StopAsync()
    {
        (await RunAsRootAsync(postfix, "-c", ConfigurationFolder, "stop")).EnsureSuccess();
        await Until.TrueAsync($"Postfix no longer listens on port {Port}", StartStopLimit, () => !IsListening());
    }

    /// <summary>The files of the messages in a mailbox.</summary>
    public IReadOnlyList<string> ListMailbox(string name) =>
        Path.Combine(MailFolder, name, "new") is var messages &&
        Directory.Exists(messages) ? Directory.GetFiles(messages) : [];

    /// <summary>The number of messages in all mailboxes.</summary>
    public int Count() => Directory.GetDirectories(MailFolder).Sum(box => ListMailbox(Path.GetFileName(box)).Count);

    /// <summary>The recipient of each message in the inbox, without parsing the messages.</summary>
    public IReadOnlyList<string> ListRecipients() =>
        [.. ListMailbox("inbox").Select(file => File.ReadLines(file)
            .First(line => line.StartsWith("Delivered-To: ", StringComparison.Ordinal)))];

    /// <summary>All messages received so far, oldest first.</summary>
    public IReadOnlyList<ReceivedMessage> ReceivedMessages()
    {
        var inbox = new DirectoryInfo(Path.Combine(MailFolder, "inbox", "new"));
        foreach (var file in inbox.Exists ? inbox.EnumerateFiles() : [])
        {
            if (!received.ContainsKey(file.FullName))
            {
                var bytes = File.ReadAllBytes(file.FullName);
                received[file.FullName] = new ReceivedMessage(
                    file.FullName, file.LastWriteTimeUtc, bytes, MimeMessage.Load(new MemoryStream(bytes)));
            }
        }

        return [.. received.Values.OrderBy(message => message.At)];
    }

    /// <summary>Waits for a message.</summary>
    /// <param name="messageIdPrefix">The prefix of its Message-ID, such as welcome-.</param>
    public Task<ReceivedMessage> WaitForMessageAsync(string address, string messageIdPrefix, TimeSpan? limit = null) =>
        Until.FoundAsync(
        $"a message {messageIdPrefix} to {address} arrives", limit ?? MailLimit, () => Task.FromResult(
            ReceivedMessages().FirstOrDefault(message => message.DeliveredTo == address &&
                message.MessageId.StartsWith(messageIdPrefix, StringComparison.Ordinal))));

    public async ValueTask DisposeAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(ReadLog());
        if (IsListening())
        {
            await StopAsync();
        }

        // The queue folders are owned by the user postfix.
        (await RunAsRootAsync("rm", "-rf", "--", folder.FullName)).EnsureSuccess();
    }

    private static Task<ProcessResult> RunAsRootAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess
        ? Child.RunAsync(program, arguments)
        : Child.RunAsync("sudo", ["-n", program, .. arguments]);

    private async Task SetUpAsync()
    {
        // virtual(8) delivers as nobody if the tests run as root, and otherwise as the current user.
        var (user, group) = Environment.IsPrivilegedProcess
            ? ("65534", "65534") : (await IdAsync("-u"), await IdAsync("-g"));
        foreach (var name in (string[])["etc", "queue", "data", "mail", "log"])
        {
            folder.CreateSubdirectory(name);
        }

        (await Child.RunAsync("chmod", "755", folder.FullName)).EnsureSuccess();

        // A server that is stopped amid its work leaves half-written queue files. The next start's check runs as the
        // user postfix, and fails if it cannot log them.
        await File.WriteAllTextAsync(Log, "", TestContext.Current.CancellationToken);
        (await RunAsRootAsync("chown", "postfix", Path.Combine(folder.FullName, "data"), Log)).EnsureSuccess();
        (await RunAsRootAsync("chown", $"{user}:{group}", MailFolder)).EnsureSuccess();
        await WriteAsync("main.cf", Override($"""
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

            """));

        // The daemons needed to receive mail by SMTP and deliver it to a Maildir, without chroot.
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

    /// <summary>
    /// Replaces the defaults that the test sets itself. Postfix warns of a setting that occurs twice; a warning of its
    /// logging process, before that reads, may block all others.
    /// </summary>
    private string Override(string defaults)
    {
        var names = overrides.Split('\n').Select(Name).ToHashSet();
        return string.Join('\n', defaults.Split('\n').Where(line => !names.Contains(Name(line)))) +
            $"\n{overrides}\n";

        static string Name(string line) => line.Split('=')[0].Trim();
    }

    private static async Task<string> IdAsync(string which) =>
        (await Child.RunAsync("id", which)).EnsureSuccess().Output.Trim();

    private Task WriteAsync(string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(ConfigurationFolder, name), text, TestContext.Current.CancellationToken);

    private string ReadLog() => File.Exists(Log) ? File.ReadAllText(Log) : "";

    private bool IsListening()
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
