using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace TrendingMail.Tests.Diagnostics.Seeds.Mailboxes;

/// <summary>
/// An IMAP server (RFC 3501) as Gmail is one: folders below [Gmail] with special-use flags, a view of all mail, and the
/// search that knows the tabs of the inbox. It has one message and takes any password.
/// </summary>
internal sealed partial class FakeGmail : IAsyncDisposable
{
    private static readonly string[] Folders =
    [
        "(\\HasNoChildren) \"/\" INBOX", "(\\HasChildren \\Noselect) \"/\" [Gmail]",
        "(\\All \\HasNoChildren) \"/\" \"[Gmail]/Alle Nachrichten\"", "(\\HasNoChildren) \"/\" Papers",
        "(\\HasNoChildren \\Junk) \"/\" [Gmail]/Spam",
    ];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    private readonly Task session;

    private string opened = "";

    public FakeGmail()
    {
        listener.Start();
        session = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The folder that holds the message, besides the view of all mail.</summary>
    public string Folder { get; init; } = "INBOX";

    /// <summary>The category by which the inbox shows it in a tab; empty for none.</summary>
    public string Category { get; init; } = "";

    public string MessageId { get; init; } = "seed-2026-11-23.1@papers.example.org";

    /// <summary>The names of the commands, and what they name first, in the order received.</summary>
    public List<string> Commands { get; } = [];

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
            await SendAsync("* OK [CAPABILITY IMAP4rev1 SPECIAL-USE X-GM-EXT-1 SASL-IR AUTH=PLAIN] here");
            while (await reader.ReadLineAsync() is { } line)
            {
                var (tag, command) = (line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
                while (Literal().Match(command) is { Success: true } literal)
                {
                    await SendAsync("+ go on");
                    command = command[..literal.Index] + $"\"{await reader.ReadLineAsync()}\"";
                }

                Commands.Add(command);
                await SendAsync([.. Respond(command), $"{tag} OK [READ-ONLY] done"]);
            }

            async Task SendAsync(params string[] lines) =>
                await client.GetStream()
                    .WriteAsync(Encoding.ASCII.GetBytes(string.Concat(lines.Select(text => text + "\r\n"))));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client or the test has ended the session.
        }
    }

    private string[] Respond(string command)
    {
        switch (command.Split(' '))
        {
            case ["AUTHENTICATE", ..] or ["CAPABILITY"]:
                return ["* CAPABILITY IMAP4rev1 SPECIAL-USE X-GM-EXT-1"];
            case ["LIST", _, "\"\""]:
                return ["* LIST (\\Noselect) \"/\" \"\""];
            case ["LIST", ..]:
                return [.. Folders.Where(folder => !command.EndsWith("INBOX", StringComparison.Ordinal) ||
                    folder.EndsWith("INBOX", StringComparison.Ordinal)).Select(folder => $"* LIST {folder}")];
            case ["EXAMINE", ..]:
                opened = command["EXAMINE ".Length..].Trim('"');
                return ["* FLAGS (\\Seen)", "* 1 EXISTS", "* OK [PERMANENTFLAGS ()] .", "* OK [UIDVALIDITY 1] ."];
            case ["UID", "SEARCH", ..]:
                return [Matches(command) ? "* SEARCH 7" : "* SEARCH"];
            case ["UID", "FETCH", ..]:
                var header = "Authentication-Results: mx.google.com; spf=pass; dmarc=pass\r\n" +
                    $"Message-Id: <{MessageId}>\r\n\r\n";
                return [$"* 1 FETCH (UID 7 INTERNALDATE \"23-Nov-2026 09:00:30 +0100\" BODY[HEADER] " +
                    $"{{{header.Length}}}\r\n{header})"];
            default:
                return [];
        }
    }

    private bool Matches(string search) => search.Contains("X-GM-RAW", StringComparison.Ordinal)
        ? Category.Length > 0 && search.Contains($"category:{Category}", StringComparison.Ordinal)
        : (opened == Folder || opened.StartsWith("[Gmail]/Alle", StringComparison.Ordinal)) &&
            HeaderValue().Matches(search).Any(value => MessageId.Contains(
                value.Groups["text"].Value, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\{\d+\}$")]
    private static partial Regex Literal();

    [GeneratedRegex(@"HEADER ""?Message-Id""? ""?(?<text>[^\s""]+)", RegexOptions.IgnoreCase)]
    private static partial Regex HeaderValue();
}
