using System.Threading.RateLimiting;

namespace TrendingMail.Delivery.Smtp;

/// <summary>One connection to one SMTP server, opened when it is needed and kept for the next message.</summary>
internal sealed class SmtpLane(SmtpOptions server, ServerCircuit circuit, RateLimiter? limiter) : IMailLane
{
    private SmtpConnection? connection;
    private SmtpExchange? exchange;
    private int messages;

    public async ValueTask<string?> ReadyAsync(CancellationToken cancellationToken)
    {
        if (limiter is not null)
        {
            using var permit = await limiter.AcquireAsync(1, cancellationToken);
        }

        if (connection is { IsAlive: true } && exchange!.IsUsable
            && (server.MessagesPerConnection == 0 || messages < server.MessagesPerConnection))
        {
            return null;
        }

        await CloseAsync();
        return circuit.TryEnter() ? await OpenAsync(cancellationToken) : circuit.Reason ?? "the server is being tried";
    }

    public async Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (exchange is null)
        {
            return new Outcome.Unreachable($"there is no connection to {server.Host}:{server.Port}");
        }

        messages++;
        var outcome = await exchange.SendAsync(
            envelope.Sender, envelope.Recipient, envelope.Message.Memory, cancellationToken);
        if (!exchange.IsUsable)
        {
            connection!.Abort();
            (connection, exchange) = (null, null);
        }

        if (outcome is Outcome.Unreachable unreachable)
        {
            circuit.Failed(unreachable.Reply);
        }
        else if (outcome is not Outcome.Uncertain)
        {
            circuit.Succeeded();
        }

        return outcome;
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask<string?> OpenAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(server.Timeout);
        try
        {
            connection = await SmtpConnection.OpenAsync(server, deadline.Token);
            exchange = new SmtpExchange(connection, server);
            messages = 0;
            circuit.Succeeded();
            return null;
        }
        catch (Exception e) when (SmtpConnection.Explain(e, server) is { } why)
        {
            circuit.Failed(why);
            stop.ThrowIfCancellationRequested();
            return why;
        }
    }

    private async ValueTask CloseAsync()
    {
        if (connection is { } open)
        {
            (connection, exchange) = (null, null);
            await open.DisposeAsync();
        }
    }
}
