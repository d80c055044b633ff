using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrendingMail.Tests.Inbound;

/// <summary>
/// One IMAP session (RFC 3501, RFC 2177) on a mailbox with one mail, to which a second comes while the first is read:
/// the server tells of it then, and never again.
/// </summary>
internal sealed class ScriptedImapServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    private readonly byte[] mail;

    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Task session;

    private int mails = 1;

    /// <param name="mail">What each of the mails holds.</param>
    public ScriptedImapServer(byte[] mail)
    {
        this.mail = mail;
        listener.Start();
        session = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The mails that were fetched.</summary>
    public List<string> Fetched { get; } = [];

    /// <summary>Ends when the client waits for mail.</summary>
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
            await SayAsync("* OK [CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN] here");
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line == "DONE")
                {
                    continue;
                }

                var (tag, command) = (line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
                if (command == "IDLE")
                {
                    await SayAsync("+ waiting");
                    idle.TrySetResult();
                    continue;
                }

                await SayAsync([.. AnswersTo(command), $"{tag} OK [READ-WRITE] done"]);
            }

            async Task SayAsync(params string[] lines) =>
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(lines.Select(text => text + "\r\n"))));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            idle.TrySetException(e);
        }
    }

    private string[] AnswersTo(string command) => command.Split(' ') switch
    {
        ["AUTHENTICATE", ..] or ["CAPABILITY"] => ["* CAPABILITY IMAP4rev1 IDLE"],
        ["LIST", _, "\"\""] => ["* LIST (\\Noselect) \"/\" \"\""],
        ["LIST", ..] => ["* LIST (\\HasNoChildren) \"/\" INBOX"],
        ["SELECT", ..] =>
            ["* FLAGS (\\Deleted \\Seen)", "* 1 EXISTS", "* OK [PERMANENTFLAGS (\\Deleted)] .", "* OK [UIDVALIDITY 1] ."],
        ["UID", "SEARCH", ..] => [$"* SEARCH {string.Join(' ', Enumerable.Range(1, mails))}"],
        ["UID", "FETCH", var uid, ..] => Fetch(uid),
        _ => [],
    };

    private string[] Fetch(string uid)
    {
        Fetched.Add(uid);
        mails = 2;
        var text = $"* {uid} FETCH (UID {uid} BODY[]<0> {{{mail.Length}}}\r\n{Encoding.ASCII.GetString(mail)})";
        return uid == "1" ? [text, "* 2 EXISTS"] : [text];
    }
}
