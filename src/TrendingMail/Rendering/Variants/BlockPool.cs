using System.Collections.Concurrent;

namespace TrendingMail.Rendering.Variants;

/// <summary>
/// Blocks that variants have in common, each encoded and kept once: two readers' choices differ, but most of the papers in
/// them do not. Texts are cut where their own lines say so, so that the same paper is cut the same way wherever it stands.
/// </summary>
public sealed class BlockPool
{
    /// <summary>One line of so many ends a block.</summary>
    private const uint LinesOfABlock = 8;

    private readonly Kept text = new(isHtml: false);

    private readonly Kept html = new(isHtml: true);

    /// <summary>About how much memory the blocks take, in bytes.</summary>
    public long Held => text.Held + html.Held;

    /// <summary>Cuts a part into blocks.</summary>
    /// <param name="part">Without CR; slots are marks.</param>
    internal Block[] Cut(ReadOnlySpan<char> part, bool isHtml)
    {
        var blocks = new List<Block>();
        while (!part.IsEmpty)
        {
            var length = FirstCut(part);
            blocks.Add((isHtml ? html : text).Find(part[..length]));
            part = part[length..];
        }

        return [.. blocks];
    }

    private static int FirstCut(ReadOnlySpan<char> part)
    {
        for (var at = 0; part[at..].IndexOf('\n') is var end and >= 0;)
        {
            var line = part.Slice(at, end + 1);
            at += line.Length;
            if ((uint)string.GetHashCode(line) % LinesOfABlock == 0)
            {
                return at;
            }
        }

        return part.LastIndexOf('\n') is var last and >= 0 ? last + 1 : part.Length;
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
