namespace TrendingMail.Tests.Inbound;

/// <summary>Mails changed at random, for looking for what a parser did not expect.</summary>
public sealed class Mutation(IReadOnlyList<byte[]> mails, int seed)
{
    private const int MaximumLength = 256 * 1024;

    private readonly Random random = new(seed);

    public byte[] Next()
    {
        var mail = new List<byte>(Any());
        for (var changes = random.Next(1, 12); changes > 0 && mail.Count > 0; changes--)
        {
            Change(mail);
        }

        return [.. mail];
    }

    private void Change(List<byte> mail)
    {
        var at = random.Next(mail.Count);
        var length = random.Next(1, Math.Min(mail.Count - at, 400) + 1);
        switch (random.Next(8))
        {
            case 0:
                mail[at] = (byte)random.Next(256);
                break;
            case 1:
                mail.RemoveRange(at, length);
                break;
            case 2 when mail.Count < MaximumLength:
                mail.InsertRange(at, mail.GetRange(at, length));
                break;
            case 3 when mail.Count < MaximumLength:
                mail.InsertRange(at, Piece());
                break;
            case 4:
                mail.RemoveRange(at, mail.Count - at);
                break;
            case 5:
                mail[at] = "\r\n\0\t:;@<>\"=-"u8[random.Next(12)];
                break;
            case 6 when mail.Count < MaximumLength:
                mail.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 5000)));
                break;
            default:
                mail.Reverse(at, length);
                break;
        }
    }

    private byte[] Any() => mails[random.Next(mails.Count)];

    private byte[] Piece()
    {
        var other = Any();
        var start = random.Next(other.Length);
        return other[start..(start + random.Next(Math.Min(other.Length - start, 2000)))];
    }
}
