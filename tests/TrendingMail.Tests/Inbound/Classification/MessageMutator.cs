namespace TrendingMail.Tests.Inbound.Classification;

/// <summary>Randomly mutated messages, to find input that a parser does not expect.</summary>
public sealed class MessageMutator(IReadOnlyList<byte[]> mails, int seed)
{
    private const int MaximumLength = 256 * 1024;

    private readonly Random random = new(seed);

    public byte[] Next()
    {
        var mail = new List<byte>(PickMessage());
        for (var changes = random.Next(1, 12); changes > 0 && mail.Count > 0; changes--)
        {
            Mutate(mail);
        }

        return [.. mail];
    }

    private void Mutate(List<byte> mail)
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
                mail.InsertRange(at, PickFragment());
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

    private byte[] PickMessage() => mails[random.Next(mails.Count)];

    private byte[] PickFragment()
    {
        var other = PickMessage();
        var start = random.Next(other.Length);
        return other[start..(start + random.Next(Math.Min(other.Length - start, 2000)))];
    }
}
