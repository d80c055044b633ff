using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrendingMail.Tests.Inbound.Mailboxes;

/// <summary>
/// One IMAP session (RFC 3501, RFC 2177) on a mailbox with one message. A second message arrives while the first is
/// fetched, and the server reports it only then.
/// </summary>
internal sealed class ScriptedImapServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    private readonly byte[] mail;

    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Task session;

    private int messageCount = 1;

    /// <param name="mail">The content of both messages.</param>
    public ScriptedImapServer(byte[] mail)
    {
        this.mail = mail;
        listener.Start();
        session = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The UIDs of the fetched messages.</summary>
    public List<string> Fetched { get; } = [];

    /// <summary>Completes when the client starts to idle.</summary>
    public Task Idle => idle.Task;

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await session;
    }

    private async Task ServeAsync()
    {
        try
        {
            using var client = await listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            await SendAsync("* OK [CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN] here");
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line == "DONE")
                {
                    continue;
                }

                var (tag, command) = (line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
                if (command == "IDLE")
                {
                    await SendAsync("+ waiting");
                    idle.TrySetResult();
                    continue;
                }

                await SendAsync([.. Respond(command), $"{tag} OK [READ-WRITE] done"]);
            }

            async Task SendAsync(params string[] lines) =>
                await client.GetStream()
                    .WriteAsync(Encoding.ASCII.GetBytes(string.Concat(lines.Select(text => text + "\r\n"))));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            idle.TrySetException(e);
        }
    }

    private string[] Respond(string command) => command.Split(' ') switch
    {
        ["AUTHENTICATE", ..] or ["CAPABILITY"] => ["* CAPABILITY IMAP4rev1 IDLE"],
        ["LIST", _, "\"\""] => ["* LIST (\\Noselect) \"/\" \"\""],
        ["LIST", ..] => ["* LIST (\\HasNoChildren) \"/\" INBOX"],
        ["SELECT", ..] =>
            ["* FLAGS (\\Deleted \\Seen)", "* 1 EXISTS", "* OK [PERMANENTFLAGS (\\Deleted)] .",
                "* OK [UIDVALIDITY 1] ."],
        ["UID", "SEARCH", ..] => [$"* SEARCH {string.Join(' ', Enumerable.Range(1, messageCount))}"],
        ["UID", "FETCH", var uid, ..] => Fetch(uid),
        _ => [],
    };

    private string[] Fetch(string uid)
    {
        Fetched.Add(uid);
        messageCount = 2;
        var text = $"* {uid} FETCH (UID {uid} BODY[]<0> {{{mail.Length}}}\r\n{Encoding.ASCII.GetString(mail)})";
        return uid == "1" ? [text, "* 2 EXISTS"] : [text];
    }
}
