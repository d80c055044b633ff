using MimeKit;

namespace TrendingMail.Diagnostics.Content;

/// <summary>A digest as it would leave.</summary>
/// <param name="Bytes">The complete message, signed.</param>
internal sealed record ComposedDigest(byte[] Bytes, MimeMessage Message)
{
    /// <exception cref="TrendingMailException">The bytes are not a message.</exception>
    public static async Task<ComposedDigest> ParseAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            return new ComposedDigest(
                bytes, await MimeMessage.LoadAsync(new MemoryStream(bytes), cancellationToken));
        }
        catch (FormatException e)
        {
            throw new TrendingMailException($"The digest is not a message: {e.Message}", e);
        }
    }

    /// <summary>The HTML part; empty if there is none.</summary>
    public string Html => Message.HtmlBody ?? "";

    /// <summary>The text part; empty if there is none.</summary>
    public string Text => Message.TextBody ?? "";
}
