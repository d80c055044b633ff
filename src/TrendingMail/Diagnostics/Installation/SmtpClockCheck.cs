using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit.Utils;
using TrendingMail.Delivery;

namespace TrendingMail.Diagnostics.Installation;

/// <summary>
/// Whether this machine's clock agrees with that of each SMTP server which shows the time in its greeting. Messages
/// dated in the future or long ago look like spam.
/// </summary>
internal sealed partial class SmtpClockCheck(MailOptions mail, TimeProvider clock) : DiagnosticCheck(
    CheckGroup.Installation, "clock-smtp", "this machine's clock against that in the greeting of each SMTP server")
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>RFC 5321 allows a reply line of 512 bytes; some servers send more.</summary>
    private const int MaximumGreeting = 1000;

    public override bool NeedsNetwork => true;

    public override async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (mail.Transport != TransportKind.Smtp)
        {
            return [Finding.Unknown("Mail is not sent by SMTP.")];
        }

        return await Task.WhenAll(mail.Smtp.Select(server => CheckAsync(server, cancellationToken)));
    }

    private async Task<Finding> CheckAsync(SmtpOptions server, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var subject = $"{server.Host}:{server.Port}";
        try
        {
            var before = clock.GetUtcNow();
            var greeting = await ReadGreetingAsync(server, limit.Token);
            var finding = FindDate(greeting) is { } date
                // A greeting has whole seconds.
                ? ClockCheck.Judge("the server's", date, before.AddSeconds(-1), clock.GetUtcNow())
                : Finding.Unknown("The server's greeting has no date.");
            return finding with { Subject = subject, Evidence = [greeting] };
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException && !cancellationToken.IsCancellationRequested)
        {
            return Finding.Unknown($"The server's greeting cannot be read: {e.Message}").About(subject);
        }
    }

    internal static DateTimeOffset? FindDate(string greeting) =>
        DateUtils.TryParse(DateForm().Match(greeting).Value, out var date) ? date : null;

    private static async Task<string> ReadGreetingAsync(SmtpOptions server, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using Stream stream = server.Security == SmtpSecurity.Tls
            ? new SslStream(client.GetStream()) : client.GetStream();
        if (stream is SslStream tls)
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = server.Host }, cancellationToken);
        }

        var buffer = new byte[MaximumGreeting];
        var length = 0;
        while (length < buffer.Length && !buffer.AsSpan(0, length).Contains((byte)'\n'))
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return Encoding.Latin1.GetString(buffer, 0, length).Split('\n')[0].Trim();
    }

    /// <summary>A date of RFC 5322, as Exim and Sendmail show it.</summary>
    [GeneratedRegex(@"\b([A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(:\d{2})? ([+-]\d{4}|GMT|UTC)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex DateForm();
}
