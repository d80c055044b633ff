using System.Collections.Concurrent;

namespace TrendingMail.Rendering.Variants;

/// <summary>
/// Blocks that variants have in common beside their cards, each encoded and kept once: two variants differ in a few lines of
/// what surrounds the papers. Texts are cut where their own lines say so, so that the same lines are cut the same way
/// whatever stands around them.
/// </summary>
public sealed class BlockPool
{
    /// <summary>One line of so many ends a block.</summary>
    private const uint LinesOfABlock = 8;

    private readonly Kept text = new(isHtml: false);

    private readonly Kept html = new(isHtml: true);

    /// <summary>About how much memory the blocks take, in bytes.</summary>
    public long Held => text.Held + html.Held;

    /// <summary>Cuts lines into blocks.</summary>
    /// <param name="lines">Without CR; slots are marks.</param>
    internal void Cut(ReadOnlySpan<char> lines, bool isHtml, List<Block> blocks)
    {
        while (!lines.IsEmpty)
        {
            var length = FirstCut(lines);
            blocks.Add((isHtml ? html : text).Find(lines[..length]));
            lines = lines[length..];
        }
    }

    private static int FirstCut(ReadOnlySpan<char> lines)
    {
        for (var at = 0; lines[at..].IndexOf('\n') is var end and >= 0;)
        {
            var line = lines.Slice(at, end + 1);
            if (SlotRun.Next(line, 0).At >= 0)
            {
                // By itself: it may have to be encoded for each reader.
                return at > 0 ? at : line.Length;
            }

            at += line.Length;
            if ((uint)string.GetHashCode(line) % LinesOfABlock == 0)
            {
                return at;
            }
        }

        return lines.LastIndexOf('\n') is var last and >= 0 ? last + 1 : lines.Length;
    }

    private sealed class Kept(bool isHtml)
    {
        private readonly ConcurrentDictionary<string, Block> blocks = new(StringComparer.Ordinal);

        private long held;

        public long Held => Interlocked.Read(ref held);

        public Block Find(ReadOnlySpan<char> lines)
        {
            if (blocks.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lines, out var known))
            {
                return known;
            }

            var key = lines.ToString();
            var block = new Block(key, isHtml);
            if (!blocks.TryAdd(key, block))
            {
                return blocks[key];
            }

            Interlocked.Add(ref held, block.Held + (key.Length * sizeof(char)));
            return block;
        }
    }
}
