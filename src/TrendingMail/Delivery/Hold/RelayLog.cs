using System.IO.Compression;
using System.Text.RegularExpressions;

namespace TrendingMail.Delivery.Hold;

/// <summary>A message that the relay accepted.</summary>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="Recipients">
/// The recipients of the delivery attempts so far; empty while there has been none.
/// </param>
public sealed record AcceptedMessage(string MessageId, IReadOnlyCollection<string> Recipients);

/// <summary>
/// Reads the messages that a Postfix server accepted from its log. A message is accepted once it is in the queue
/// (<c>queue active</c>); whether Postfix has delivered, deferred or bounced it since makes no difference.
/// </summary>
public static partial class RelayLog
{
    /// <param name="file">A log of Postfix, plain or compressed with gzip (<c>.gz</c>).</param>
    /// <exception cref="TrendingMailException">
    /// The file cannot be read, or holds no line of Postfix's queue.
    /// </exception>
    public static IReadOnlyList<AcceptedMessage> Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            using Stream content = Path.GetExtension(file) == ".gz"
                ? new GZipStream(stream, CompressionMode.Decompress)
                : stream;
            using var reader = new StreamReader(content);
            return Parse(ReadLines(reader)) ?? throw new TrendingMailException(
                $"{file} is not a log of Postfix, or holds no message: give the log of the relay, such as " +
                "/var/log/mail.log.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new TrendingMailException($"Cannot read the log {file}: {e.Message}", e);
        }
    }

    /// <returns>Null if no line is about Postfix's queue.</returns>
    internal static IReadOnlyList<AcceptedMessage>? Parse(IEnumerable<string> lines)
    {
        var accepted = new List<AcceptedMessage>();
        var open = new Dictionary<string, QueuedMessage>(StringComparer.Ordinal);
        var hasLines = false;
        foreach (var line in lines)
        {
            var match = QueueLine().Match(line);
            if (!match.Success)
            {
                continue;
            }

            hasLines = true;
            var id = match.Groups["id"].Value;
            if (match.Groups["messageId"] is { Success: true } messageId)
            {
                // Queue ids are used again.
                Close(id);
                open[id] = new QueuedMessage(messageId.Value);
            }
            else if (open.TryGetValue(id, out var message))
            {
                message.IsAccepted |= match.Groups["active"].Success || match.Groups["to"].Success;
                message.Recipients.UnionWith(
                    match.Groups["to"].Captures.Concat(match.Groups["original"].Captures).Select(to => to.Value));
            }
        }

        open.Keys.ToList().ForEach(Close);
        return hasLines ? accepted : null;

        void Close(string id)
        {
            if (open.Remove(id, out var message) && message.IsAccepted)
            {
                accepted.Add(new AcceptedMessage(message.MessageId, message.Recipients));
            }
        }
    }

    private static IEnumerable<string> ReadLines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    // Of cleanup: "4XyZ: message-id=<...>"; of qmgr: "4XyZ: from=<...>, size=..., nrcpt=1 (queue active)"; of smtp and
    // the other agents: "4XyZ: to=<...>, orig_to=<...>, relay=..., status=sent (...)".
    [GeneratedRegex("""
        \bpostfix[^\s\[]*/[a-z]+\[\d+\]:\s(?<id>[0-9A-Za-z]{6,}):\s
        (?: message-id=<?(?<messageId>[^\s>]+)
          | from=<[^>]*>,.*\((?<active>queue\ active)\)
          | to=<(?<to>[^>]*)>(?:,\sorig_to=<(?<original>[^>]*)>)?,.*\bstatus=\w+)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex QueueLine();

    private sealed class QueuedMessage(string messageId)
    {
        public string MessageId => messageId;

        public HashSet<string> Recipients { get; } = new(StringComparer.OrdinalIgnoreCase);

        public bool IsAccepted { get; set; }
    }
}
