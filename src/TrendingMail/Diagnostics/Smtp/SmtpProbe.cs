using System.Text;
using MailKit.Net.Smtp;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Diagnostics.Smtp;

/// <summary>How a server introduces itself in its reply to EHLO.</summary>
/// <param name="Name">Its own name, which a relay usually also gives to the servers it sends to.</param>
/// <param name="Extensions">A line each, such as <c>SIZE 10240000</c>.</param>
internal sealed record SmtpIntroduction(string Name, IReadOnlyList<string> Extensions);

/// <summary>
/// A connection as delivery opens it, with commands that send no message. Whatever it reports is what delivery meets.
/// </summary>
internal sealed class SmtpProbe : IAsyncDisposable
{
    /// <summary>Delivery waits longer; a check must end.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly SmtpOptions server;

    private readonly ReplyReader replies;

    private SmtpProbe(SmtpConnection connection, SmtpOptions server)
    {
        Connection = connection;
        this.server = server;
        replies = new ReplyReader(connection.Stream);
    }

    public SmtpConnection Connection { get; }

    /// <exception cref="Exception">The connection failed; <see cref="Explain"/> returns the reason.</exception>
    public static async Task<SmtpProbe> OpenAsync(SmtpOptions server, CancellationToken cancellationToken)
    {
        server = server with
        {
            TimeoutSeconds = Math.Min(server.TimeoutSeconds, Timeout.TotalSeconds),
        };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(server.Timeout);
        return new SmtpProbe(await SmtpConnection.OpenAsync(server, deadline.Token), server);
    }

    /// <summary>Why a connection failed, in one line; null if the exception is another kind of fault.</summary>
    public static string? Explain(Exception fault, SmtpOptions server, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? null : SmtpConnection.Explain(fault, server);

    /// <summary>Sends EHLO again: what a server offers may depend on TLS and the login.</summary>
    public async Task<SmtpIntroduction> IntroduceAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var reply = await SendAsync($"EHLO {EhloDomain.Local}", lines, cancellationToken);
        return reply.IsPositive && lines.Count > 0
            ? new SmtpIntroduction(lines[0].Split(' ')[0], [.. lines.Skip(1)])
            : new SmtpIntroduction("", Describe(Connection.Capabilities));
    }

    /// <summary>Sends a command and reads the reply.</summary>
    public Task<SmtpReply> SendAsync(string command, CancellationToken cancellationToken) =>
        SendAsync(command, [], cancellationToken);

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private async Task<SmtpReply> SendAsync(string command, List<string> lines, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(server.Timeout);
        await Connection.Stream.WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"), deadline.Token);
        await Connection.Stream.FlushAsync(deadline.Token);
        return await replies.ReadAsync(lines, deadline.Token);
    }

    /// <summary>The extensions that were announced when the connection was opened.</summary>
    private static string[] Describe(SmtpCapabilities capabilities) =>
        [.. Enum.GetValues<SmtpCapabilities>().Where(flag => flag != SmtpCapabilities.None &&
            capabilities.HasFlag(flag)).Select(flag => flag.ToString().ToUpperInvariant())];
}
