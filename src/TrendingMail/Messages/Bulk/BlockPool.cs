using System.Collections.Concurrent;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// Blocks shared by variants, each encoded and stored once: outside the papers, two variants differ in a few lines
/// only. Block boundaries depend on the content of the lines (content-defined chunking), so that the same lines form
/// the same blocks whatever surrounds them.
/// </summary>
internal sealed class BlockPool
{
    /// <summary>The average number of lines in a block.</summary>
    private const uint AverageBlockLines = 8;

    private readonly PartBlocks text = new(isHtml: false);

    private readonly PartBlocks html = new(isHtml: true);

    /// <summary>The approximate memory use of the blocks in bytes.</summary>
    public long EstimatedBytes => text.EstimatedBytes + html.EstimatedBytes;

    /// <summary>Splits lines into blocks.</summary>
    /// <param name="lines">Without CR; placeholders are markers.</param>
    internal void Split(ReadOnlySpan<char> lines, bool isHtml, List<Block> blocks)
    {
        while (!lines.IsEmpty)
        {
            var length = FirstBlockLength(lines);
            blocks.Add((isHtml ? html : text).GetOrAdd(lines[..length]));
            lines = lines[length..];
        }
    }

    private static int FirstBlockLength(ReadOnlySpan<char> lines)
    {
        for (var at = 0; lines[at..].IndexOf('\n') is var end and >= 0;)
        {
            var line = lines.Slice(at, end + 1);
            if (PlaceholderRecorder.FindNext(line, 0).Position >= 0)
            {
                // A block of its own: it may have to be encoded for each subscriber.
                return at > 0 ? at : line.Length;
            }

            at += line.Length;
            if ((uint)string.GetHashCode(line) % AverageBlockLines == 0)
            {
                return at;
            }
        }

        return lines.LastIndexOf('\n') is var last and >= 0 ? last + 1 : lines.Length;
    }

    private sealed class PartBlocks(bool isHtml)
    {
        private readonly ConcurrentDictionary<string, Block> blocks = new(StringComparer.Ordinal);

        private long estimatedBytes;

        public long EstimatedBytes => Interlocked.Read(ref estimatedBytes);

        public Block GetOrAdd(ReadOnlySpan<char> lines)
        {
            if (blocks.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lines, out var existing))
            {
                return existing;
            }

            var key = lines.ToString();
            var block = new Block(key, isHtml);
            if (!blocks.TryAdd(key, block))
            {
                return blocks[key];
            }

            Interlocked.Add(ref estimatedBytes, block.EstimatedBytes + (key.Length * sizeof(char)));
            return block;
        }
    }
}
