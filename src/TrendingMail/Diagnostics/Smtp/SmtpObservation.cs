using System.Security.Authentication;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Diagnostics.Smtp;

/// <summary>The TLS of a connection.</summary>
internal sealed record SmtpTls(SslProtocols Protocol, string Cipher, string Issuer, DateTimeOffset ValidUntil);

/// <summary>What a connection to a server showed.</summary>
/// <param name="Index">Of the server in <c>Mail:Smtp</c>.</param>
internal sealed record SmtpObservation(SmtpOptions Server, int Index)
{
    /// <summary>Null on an unencrypted connection.</summary>
    public SmtpTls? Tls { get; init; }

    public required SmtpIntroduction Introduction { get; init; }

    /// <summary>The replies to MAIL FROM or, if that is accepted, to RCPT TO, by sender.</summary>
    public required IReadOnlyList<(string Sender, SmtpReply Reply)> Senders { get; init; }

    /// <summary>The median of some.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>How many simultaneous connections the server accepted, up to the configured number.</summary>
    public int Connections { get; init; }

    /// <summary>Why it accepted no more; null if it accepted all.</summary>
    public string? ConnectionLimit { get; init; }

    public string Key => $"Mail:Smtp:{Index}";
}
