using System.Text;

namespace TrendingMail.Delivery.Smtp.Exchange;

/// <summary>
/// The text of a multiline reply: all lines on one, without the enhanced status code that each repeats.
/// </summary>
internal sealed class ReplyText
{
    /// <summary>What is kept of the beginning; of a longer reply, the last line is kept too.</summary>
    private const int MaxLength = 1000;

    private const int MaxLastLineLength = 200;

    private readonly StringBuilder text = new();
    private string? status;
    private string overflow = "";

    public void Append(string line)
    {
        if (text.Length == 0)
        {
            status = SmtpReply.FindLeadingStatus(line);
            text.Append(line);
            return;
        }

        if (status is not null && SmtpReply.FindLeadingStatus(line) == status)
        {
            line = line[status.Length..].TrimStart();
        }

        if (line.Length == 0)
        {
            return;
        }

        if (overflow.Length == 0 && text.Length + line.Length < MaxLength)
        {
            text.Append(' ').Append(line);
            return;
        }

        overflow = line.Length > MaxLastLineLength ? line[..MaxLastLineLength] : line;
    }

    public override string ToString() => overflow.Length > 0 ? $"{text} … {overflow}" : text.ToString();
}
