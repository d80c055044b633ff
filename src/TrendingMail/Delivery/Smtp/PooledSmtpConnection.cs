using TrendingMail.Messages;

namespace TrendingMail.Delivery.Smtp;

/// <summary>A connection to one SMTP server, opened on demand and reused for the next message.</summary>
/// <param name="release">Returns the connection to the pool when it is disposed.</param>
internal sealed class PooledSmtpConnection(
    SmtpServer server, ServerBalancer balancer, Func<PooledSmtpConnection, SmtpServer, ValueTask> release)
    : IMailConnection
{
    private SmtpConnection? connection;
    private SmtpExchange? exchange;
    private int messageCount;
    private bool wasIdle;

    public string Server => server.Name;

    public bool IsOpen => connection is not null;

    /// <summary>How long the connection may be idle.</summary>
    public TimeSpan MaxIdleTime => TimeSpan.FromSeconds(server.Options.IdleSeconds);

    public async ValueTask<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        await balancer.WaitAsync(server, cancellationToken);
        if (server.RateLimiter is { } rateLimiter)
        {
            await rateLimiter.WaitAsync(cancellationToken);
        }

        if (await IsUsableAsync(cancellationToken))
        {
            return null;
        }

        await CloseAsync();
        return server.CircuitBreaker.TryEnter()
            ? await OpenAsync(cancellationToken)
            : server.CircuitBreaker.Reason ?? "another connection is probing the server";
    }

    public async Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (exchange is null)
        {
            return new Outcome.Unreachable($"there is no connection to {server.Name}");
        }

        messageCount++;
        balancer.RecordSent(server);
        var outcome = await exchange.SendAsync(
            envelope.Sender, envelope.Recipient, envelope.Message.Memory, cancellationToken);
        if (!exchange.IsUsable)
        {
            connection!.Abort();
            Detach();
        }

        if (outcome is Outcome.Unreachable unreachable)
        {
            RecordFailure(unreachable.Reply);
        }
        else if (outcome is not Outcome.Uncertain)
        {
            RecordSuccess();
        }

        return outcome;
    }

    public void PauseServer(DateTimeOffset until, string reason)
    {
        server.CircuitBreaker.HoldOpen(until, reason);
        DeliveryMeter.RecordServerUp(server.Name, isUp: false);
    }

    public ValueTask DisposeAsync()
    {
        wasIdle = true;
        return release(this, server);
    }

    /// <summary>Closes the connection with QUIT.</summary>
    public async ValueTask CloseAsync()
    {
        if (connection is { } open)
        {
            Detach();
            await open.DisposeAsync();
        }
    }

    private async ValueTask<bool> IsUsableAsync(CancellationToken cancellationToken)
    {
        var limit = server.Options.MessagesPerConnection;
        if (connection is not { IsAlive: true }
            || !exchange!.IsUsable
            || !server.CircuitBreaker.IsClosed
            || (limit > 0 && messageCount >= limit))
        {
            return false;
        }

        // The server may have dropped an idle connection without notice.
        var needsProbe = wasIdle;
        wasIdle = false;
        return !needsProbe || await exchange.IsRespondingAsync(cancellationToken);
    }

    private async ValueTask<string?> OpenAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(server.Options.Timeout);
        try
        {
            connection = await SmtpConnection.OpenAsync(server.Options, deadline.Token);
            DeliveryMeter.AddConnections(server.Name, 1);
            exchange = new SmtpExchange(connection, server.Options);
            messageCount = 0;
            wasIdle = false;
            RecordSuccess();
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            server.CircuitBreaker.CancelProbe();
            throw;
        }
        catch (Exception e) when (SmtpConnection.Explain(e, server.Options) is { } why)
        {
            RecordFailure(why);
            return why;
        }
    }

    private void Detach()
    {
        (connection, exchange) = (null, null);
        DeliveryMeter.AddConnections(server.Name, -1);
    }

    private void RecordFailure(string why)
    {
        server.CircuitBreaker.RecordFailure(why);
        DeliveryMeter.RecordServerUp(server.Name, isUp: false);
    }

    private void RecordSuccess()
    {
        if (!server.CircuitBreaker.IsClosed)
        {
            DeliveryMeter.RecordServerUp(server.Name, isUp: true);
        }

        server.CircuitBreaker.RecordSuccess();
    }
}
