using MimeKit;

namespace TrendingMail.SystemTests.Messages;

/// <summary>A message as Postfix delivered it to the Maildir.</summary>
internal sealed record ReceivedMessage(string File, DateTime At, byte[] Bytes, MimeMessage Message)
{
    public string MessageId => Message.MessageId ?? "";

    /// <summary>The envelope recipient.</summary>
    public string DeliveredTo => Header("Delivered-To");

    /// <summary>The envelope sender, as recorded by Postfix.</summary>
    public string ReturnPath => Header("Return-Path").Trim('<', '>');

    /// <summary>The unfolded value of a header; empty if absent.</summary>
    public string Header(string name) => Message.Headers[name]?.Trim() ?? "";

    /// <summary>The first link in the HTML part whose path begins with the given segment.</summary>
    public Uri Link(string path)
    {
        var html = Message.HtmlBody ?? "";
        var at = html.IndexOf($"{path}/", StringComparison.Ordinal);
        Assert.True(at >= 0, $"No link to {path} in:\n{html}");
        var start = html.LastIndexOf('"', at) + 1;
        return new Uri(html[start..html.IndexOf('"', at)]);
    }
}
