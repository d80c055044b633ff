using MimeKit;

namespace TrendingMail.SystemTests.Mail;

/// <summary>A mail as Postfix put it into the Maildir.</summary>
internal sealed record Arrival(string File, DateTime At, byte[] Bytes, MimeMessage Message)
{
    public string MessageId => Message.MessageId ?? "";

    /// <summary>The envelope's recipient.</summary>
    public string DeliveredTo => Header("Delivered-To");

    /// <summary>The envelope's sender, as Postfix wrote it down.</summary>
    public string ReturnPath => Header("Return-Path").Trim('<', '>');

    /// <summary>A header's text, without line folds.</summary>
    public string Header(string name) => Message.Headers[name]?.Trim() ?? "";

    /// <summary>The address of a link in the HTML part, by the path with which it begins.</summary>
    public Uri Link(string path)
    {
        var html = Message.HtmlBody ?? "";
        var at = html.IndexOf($"{path}/", StringComparison.Ordinal);
        Assert.True(at >= 0, $"No link to {path} in:\n{html}");
        var start = html.LastIndexOf('"', at) + 1;
        return new Uri(html[start..html.IndexOf('"', at)]);
    }
}
