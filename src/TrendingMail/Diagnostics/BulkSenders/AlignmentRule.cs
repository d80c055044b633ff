using TrendingMail.Configuration;
using TrendingMail.Messages;

namespace TrendingMail.Diagnostics.BulkSenders;

/// <summary>
/// The domain in From must be aligned with that of a DKIM signature or of the return path (RFC 7489 section 3.1).
/// </summary>
internal static class AlignmentRule
{
    public static Finding Judge(SenderOptions sender)
    {
        var signers = sender.Dkim.Select(dkim => InternetName.ToAscii(dkim.Domain)).ToArray();
        var bounce = sender.BounceAddress.Length > 0 ? sender.BounceAddress : sender.From;
        var returnPath = InternetName.ToAscii(bounce[(bounce.LastIndexOf('@') + 1)..]);
        var byDkim = signers.Any(signer => IsAligned(signer, sender.Domain));
        var bySpf = IsAligned(returnPath, sender.Domain);
        var finding = (byDkim, bySpf) switch
        {
            (true, _) => Finding.Good($"The DKIM signature is aligned with From ({sender.Domain})."),
            (false, true) => Finding.Warn(
                "Only the return path is aligned with From, so that forwarded mail fails DMARC.",
                $"Sign with DKIM: set Mail:Dkim:0:Domain to {sender.Domain}."),
            _ => Finding.Bad("Neither a DKIM signature nor the return path is aligned with From.",
                $"Set Mail:Dkim:0:Domain to {sender.Domain}, and Mail:BounceAddress to an address there."),
        };
        return finding with
        {
            Subject = "alignment",
            Evidence =
            [
                "Required by Gmail, Yahoo, Outlook.com.", $"From: {sender.Domain}", $"Return path: {returnPath}",
                .. signers.Select(signer => $"DKIM: {signer}"),
            ],
        };
    }

    private static bool IsAligned(string domain, string from) =>
        $".{domain}".EndsWith($".{from}", StringComparison.OrdinalIgnoreCase) ||
        $".{from}".EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase);
}
