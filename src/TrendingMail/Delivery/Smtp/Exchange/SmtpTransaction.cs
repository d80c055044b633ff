using System.Text;
using MailKit.Net.Smtp;
using TrendingMail.Configuration;

namespace TrendingMail.Delivery.Smtp.Exchange;

/// <summary>The envelope of a message, and what it needs of a server.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="IsUtf8">Whether the message needs SMTPUTF8.</param>
internal readonly record struct SmtpTransaction(string Sender, string Recipient, int Size, bool IsUtf8)
{
    /// <param name="message">7-bit or, with SMTPUTF8, a header in UTF-8.</param>
    public static SmtpTransaction For(string sender, string recipient, ReadOnlySpan<byte> message) =>
        new(sender, recipient, message.Length, NeedsSmtpUtf8(sender, recipient, message));

    /// <summary>Why a message cannot be sent to a server at all; null if it can.</summary>
    /// <param name="maxSize">In bytes; 0 if the server states none.</param>
    public Outcome? Reject(SmtpCapabilities capabilities, uint maxSize)
    {
        if (!IsAddress(Sender))
        {
            return new Outcome.Unreachable("the address of the sender is not valid in SMTP; check Mail:BounceAddress");
        }

        if (!IsAddress(Recipient))
        {
            return new Outcome.Rejected("553 5.1.3 the address is not valid in SMTP");
        }

        if (IsUtf8 && !capabilities.HasFlag(SmtpCapabilities.UTF8))
        {
            return new Outcome.Rejected(
                "553 5.6.7 the server does not support internationalized addresses (no SMTPUTF8)")
            {
                MayFitElsewhere = true,
            };
        }

        return maxSize > 0 && Size > maxSize
            ? new Outcome.Rejected($"552 5.3.4 the server accepts messages of up to {maxSize} bytes")
            {
                MayFitElsewhere = true,
            }
            : null;
    }

    private static bool IsAddress(string address) =>
        address.AsSpan().IndexOfAny("<>") < 0 && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && InternetName.TryToAscii(address, out _);

    /// <summary>
    /// Whether the envelope or the header has what only SMTPUTF8 allows (RFC 6531). The domain of an address is sent in
    /// ASCII, and the body is 7-bit.
    /// </summary>
    private static bool NeedsSmtpUtf8(string sender, string recipient, ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf("\r\n\r\n"u8);
        return !Ascii.IsValid(LocalPart(recipient)) || !Ascii.IsValid(LocalPart(sender))
            || !Ascii.IsValid(end < 0 ? message : message[..end]);
    }

    private static ReadOnlySpan<char> LocalPart(string address) =>
        address.AsSpan(0, Math.Max(address.LastIndexOf('@'), 0));
}
