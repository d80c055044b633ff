using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrendingMail.SystemTests.Inbound;

/// <summary>
/// A private Dovecot instance, to which Postfix delivers by LMTP and from which the program reads by IMAP and POP3. It
/// keeps everything in a temporary folder and listens on loopback only. Every password is "secret"; the mailbox "full"
/// is over quota. With a Sieve script, mailboxes also have a spam folder, whose name tells only its readers so.
/// </summary>
internal sealed class DovecotServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-dovecot-");

    /// <summary>The Sieve script (RFC 5228) that files the mail of all mailboxes; empty for none.</summary>
    private readonly string script;

    private Child? dovecot;

    private DovecotServer(string script) => this.script = script;

    /// <summary>The name of the folder with the special use \Junk.</summary>
    public const string SpamFolder = "Unerwünscht";

    public int ImapPort { get; } = TestApp.FreePort();

    /// <summary>IMAP with implicit TLS.</summary>
    public int ImapsPort { get; } = TestApp.FreePort();

    /// <summary>The certificate of the authority that issued the server certificate.</summary>
    public string CaFile => Path.Combine(folder.FullName, "ca.pem");

    public int Pop3Port { get; } = TestApp.FreePort();

    public int LmtpPort { get; } = TestApp.FreePort();

    /// <summary>The SASL authentication service that Postfix uses.</summary>
    public int AuthPort { get; } = TestApp.FreePort();

    /// <summary>Creates and starts a server; skips the test if that is not possible.</summary>
    /// <param name="users">Local parts of the mailboxes to create, besides "full".</param>
    public static Task<DovecotServer> CreateAsync(params string[] users) =>
        CreateAsync(IPAddress.Loopback.ToString(), users);

    /// <inheritdoc cref="CreateAsync(string[])"/>
    /// <param name="certificateName">The name or address in the server certificate.</param>
    public static Task<DovecotServer> CreateAsync(string certificateName, string[] users) =>
        CreateAsync(certificateName, users, script: "");

    /// <param name="script">A Sieve script (RFC 5228) that files the mail of all mailboxes.</param>
    /// <inheritdoc cref="CreateAsync(string[])"/>
    public static Task<DovecotServer> CreateWithSieveAsync(string script, params string[] users)
    {
        Require.Program("dovecot-sieve", "sievec");
        return CreateAsync(IPAddress.Loopback.ToString(), users, script);
    }

    private static async Task<DovecotServer> CreateAsync(string certificateName, string[] users, string script)
    {
        var program = Require.Program("dovecot-imapd dovecot-pop3d dovecot-lmtpd", "dovecot");
        if (!Environment.IsPrivilegedProcess)
        {
            Require.Skip("only root can start Dovecot; run tests/run.sh as root");
        }

        var server = new DovecotServer(script);
        try
        {
            server.WriteCertificates(certificateName);
            await server.SetUpAsync(users);
            server.dovecot = Child.Start(program, ["-F", "-c", server.Settings]);
            foreach (var port in (int[])[server.ImapPort, server.ImapsPort, server.Pop3Port, server.LmtpPort])
            {
                await Until.TrueAsync($"Dovecot listens on port {port}", StartLimit, () => IsListening(port));
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private string Settings => Path.Combine(folder.FullName, "dovecot.conf");

    /// <summary>Configures the program to read a mailbox of this server.</summary>
    public void ConfigureMailbox(TestApp app, string protocol, string user, string security = "None")
    {
        app.Settings["Inbound__Mailboxes__0__Protocol"] = protocol;
        app.Settings["Inbound__Mailboxes__0__Host"] = "127.0.0.1";
        app.Settings["Inbound__Mailboxes__0__Port"] =
            (protocol != "Imap" ? Pop3Port : security == "Tls" ? ImapsPort : ImapPort).ToString(
                CultureInfo.InvariantCulture);
        app.Settings["Inbound__Mailboxes__0__Security"] = security;
        app.Settings["Inbound__Mailboxes__0__AllowPlaintextPassword"] = security == "None" ? "true" : "false";
        app.Settings["Inbound__Mailboxes__0__UserName"] = user;
        app.Settings["Inbound__Mailboxes__0__Password"] = "secret";
        app.Settings["Inbound__Mailboxes__0__PollSeconds"] = "1";
    }

    /// <summary>The number of messages in a mailbox.</summary>
    public int Count(string user) => Count(user, "", "new") + Count(user, "", "cur");

    /// <summary>The number of messages in a folder of a mailbox that no client has noticed yet.</summary>
    /// <param name="subfolder">The folder of the Maildir, such as <c>.Papers</c>; empty for the inbox.</param>
    public int CountNew(string user, string subfolder = "") => Count(user, subfolder, "new");

    private int Count(string user, string subfolder, string name) =>
        new DirectoryInfo(Path.Combine(folder.FullName, "mail", user, "Maildir", subfolder, name)) is var directory &&
        directory.Exists ? directory.EnumerateFiles().Count() : 0;

    public async ValueTask DisposeAsync()
    {
        if (dovecot is not null)
        {
            if (!dovecot.HasExited)
            {
                await dovecot.SignalAsync("TERM");
                await dovecot.WaitForExitAsync();
            }

            await dovecot.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(ReadLog());
        folder.Delete(recursive: true);
    }

    private async Task SetUpAsync(string[] users)
    {
        (await Child.RunAsync("chmod", "755", folder.FullName)).EnsureSuccess();
        var mail = folder.CreateSubdirectory("mail").FullName;
        (await Child.RunAsync("chown", "65534:65534", mail)).EnsureSuccess();
        await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "users"), users.Append("full").Select(user =>
            $"{user}:{{PLAIN}}secret:65534:65534::{mail}/{user}::{(user == "full" ? "userdb_quota_rule=*:bytes=100" : "")}"));
        await File.WriteAllTextAsync(Settings, $$"""
            base_dir = {{folder.FullName}}/run
            state_dir = {{folder.FullName}}/state
            log_path = {{folder.FullName}}/log
            protocols = imap pop3 lmtp
            listen = 127.0.0.1
            ssl = yes
            ssl_cert = <{{folder.FullName}}/server.pem
            ssl_key = <{{folder.FullName}}/server.key
            disable_plaintext_auth = no
            auth_mechanisms = plain login
            auth_username_format = %n
            recipient_delimiter = +
            first_valid_uid = 1
            mail_location = maildir:~/Maildir
            mail_plugins = quota
            passdb {
              driver = passwd-file
              args = {{folder.FullName}}/users
            }
            userdb {
              driver = passwd-file
              args = {{folder.FullName}}/users
            }
            plugin {
              quota = maildir:User quota
              quota_rule = *:storage=1G
              quota_grace = 0
            }
            service imap-login {
              inet_listener imap {
                port = {{ImapPort}}
              }
              inet_listener imaps {
                port = {{ImapsPort}}
                ssl = yes
              }
            }
            service pop3-login {
              inet_listener pop3 {
                port = {{Pop3Port}}
              }
              inet_listener pop3s {
                port = 0
              }
            }
            service lmtp {
              inet_listener lmtp {
                port = {{LmtpPort}}
              }
            }
            service auth {
              inet_listener {
                port = {{AuthPort}}
              }
            }

            """);
        if (script.Length > 0)
        {
            await AddSieveAsync();
        }
    }

    /// <summary>Dovecot compiles the script at the first delivery, as the user who owns the folder.</summary>
    private async Task AddSieveAsync()
    {
        var sieve = folder.CreateSubdirectory("sieve").FullName;
        await File.WriteAllTextAsync(Path.Combine(sieve, "all.sieve"), script);
        (await Child.RunAsync("chown", "-R", "65534:65534", sieve)).EnsureSuccess();
        await File.AppendAllTextAsync(Settings, $$"""
            namespace inbox {
              inbox = yes
              mailbox {{SpamFolder}} {
                auto = create
                special_use = \Junk
              }
              mailbox Papers {
                auto = create
              }
            }
            plugin {
              sieve = {{sieve}}/all.sieve
            }
            protocol lmtp {
              mail_plugins = $mail_plugins sieve
            }

            """);
    }

    private void WriteCertificates(string name)
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = RSA.Create(2048);
        var authority = new CertificateRequest(
            "CN=Test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = authority.CreateSelfSigned(from, until);
        using var key = RSA.Create(2048);
        var server = new CertificateRequest("CN=Test server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        server.CertificateExtensions.Add(names.Build());
        using var leaf = server.Create(root, from, until, [1]);
        File.WriteAllText(CaFile, root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder.FullName, "server.pem"), leaf.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder.FullName, "server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private string ReadLog() =>
        Path.Combine(folder.FullName, "log") is var log && File.Exists(log) ? File.ReadAllText(log) : "";

    private static bool IsListening(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
