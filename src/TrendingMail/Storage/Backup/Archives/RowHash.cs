using System.Buffers;
using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TrendingMail.Storage.Backup.Archives;

/// <summary>
/// A hash over the rows of a table that does not depend on their order, which differs between a table and its copy. The
/// SHA-256 hashes of the rows are added as four numbers of 64 bits each. In a row, each value is its type, its length
/// and its bytes.
/// </summary>
public sealed class RowHash
{
    private const int Parts = SHA256.HashSizeInBytes / sizeof(ulong);

    private readonly ArrayBufferWriter<byte> row = new();
    private readonly ulong[] sums = new ulong[Parts];

    /// <summary>The number of rows added.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds the reader's current row.</summary>
    public void Add(DbDataReader reader)
    {
        row.ResetWrittenCount();
        for (var i = 0; i < reader.FieldCount; i++)
        {
            Append(reader.GetValue(i));
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row.WrittenSpan, hash);
        for (var i = 0; i < Parts; i++)
        {
            sums[i] = unchecked(sums[i] + BinaryPrimitives.ReadUInt64BigEndian(hash[(i * sizeof(ulong))..]));
        }

        Rows++;
    }

    /// <summary>The hash in hexadecimal.</summary>
    public override string ToString() =>
        string.Concat(sums.Select(sum => sum.ToString("x16", CultureInfo.InvariantCulture)));

    private void Append(object value)
    {
        switch (value)
        {
            case DBNull:
                Append('-', []);
                break;
            case string text:
                Append('t', Encoding.UTF8.GetBytes(text));
                break;
            case byte[] bytes:
                Append('x', bytes);
                break;
            default:
                Append(value is double ? 'd' : 'i', Encoding.ASCII.GetBytes(
                    value is double number ? number.ToString("R", CultureInfo.InvariantCulture)
                        : Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)));
                break;
        }
    }

    private void Append(char type, ReadOnlySpan<byte> bytes)
    {
        var header = row.GetSpan(1 + sizeof(int));
        header[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], bytes.Length);
        row.Advance(1 + sizeof(int));
        row.Write(bytes);
    }
}
