using TrendingMail.Delivery.Smtp.Exchange;
using TrendingMail.Messages;

namespace TrendingMail.Delivery.Smtp;

/// <summary>A connection to one SMTP server, opened on demand and reused for the next message.</summary>
/// <remarks>
/// One worker owns it, but others may send on it what only its server can carry (<see cref="TrySendForAnotherAsync"/>).
/// </remarks>
internal sealed class PooledSmtpConnection(SmtpServer server, ServerBalancer balancer, SmtpConnectionPool pool)
    : IMailConnection
{
    /// <summary>Held while the connection is opened, used or closed.</summary>
    private readonly SemaphoreSlim exclusive = new(1, 1);

    private SmtpConnection? connection;
    private SmtpExchange? exchange;
    private int messageCount;
    private bool wasIdle;

    public string Server => server.Name;

    public IReadOnlyList<string> OtherServers => pool.FindAvailable(server);

    public bool IsOpen => connection is not null;

    /// <summary>Whether a worker owns the connection. Otherwise it is in the pool or closed.</summary>
    public bool IsRented { get; set; }

    public bool IsBusy => exclusive.CurrentCount == 0;

    /// <summary>How long the connection may be idle.</summary>
    public TimeSpan MaxIdleTime => TimeSpan.FromSeconds(server.Options.IdleSeconds);

    public async ValueTask<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        await balancer.WaitAsync(server, cancellationToken);
        if (server.RateLimiter is { } rateLimiter)
        {
            await rateLimiter.WaitAsync(cancellationToken);
        }

        await exclusive.WaitAsync(cancellationToken);
        try
        {
            return await EnsureOpenAsync(cancellationToken);
        }
        finally
        {
            exclusive.Release();
        }
    }

    public async Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        balancer.RecordSent(server);
        Outcome outcome;
        await exclusive.WaitAsync(CancellationToken.None);
        try
        {
            // Another worker may have met the end of the connection since it was prepared.
            outcome = exchange is null && await EnsureOpenAsync(cancellationToken) is { } reason
                ? new Outcome.Unreachable(reason)
                : await ExchangeAsync(envelope, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            outcome = new Outcome.Unreachable("the program is stopping");
        }
        finally
        {
            exclusive.Release();
        }

        return outcome is Outcome.Rejected { MayFitElsewhere: true } rejection
            ? await pool.SendElsewhereAsync(server, rejection, envelope, cancellationToken)
            : outcome;
    }

    public Task<Outcome> SendThroughAsync(string other, Envelope envelope, CancellationToken cancellationToken)
    {
        // It takes the place of a message of the worker's own server, for which the others do not wait.
        balancer.RecordSent(server);
        return pool.SendThroughAsync(other, envelope, cancellationToken);
    }

    /// <summary>Sends a message on behalf of a worker whose own server cannot carry it.</summary>
    /// <returns>Null if the connection is no longer in use.</returns>
    public async Task<Outcome?> TrySendForAnotherAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        await exclusive.WaitAsync(cancellationToken);
        try
        {
            return !IsRented ? null
                : await EnsureOpenAsync(cancellationToken) is { } reason ? new Outcome.Unreachable(reason)
                : await ExchangeAsync(envelope, cancellationToken);
        }
        finally
        {
            exclusive.Release();
        }
    }

    public void PauseServer(DateTimeOffset until, string reason)
    {
        server.CircuitBreaker.HoldOpen(until, reason);
        DeliveryMeter.RecordServerUp(server.Name, isUp: false);
    }

    public async ValueTask DisposeAsync()
    {
        pool.Withdraw(this);
        await exclusive.WaitAsync(CancellationToken.None);
        try
        {
            wasIdle = true;
            await pool.ReleaseAsync(this, server);
        }
        finally
        {
            exclusive.Release();
        }
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

    /// <returns>Null if the connection is ready, otherwise why it is not.</returns>
    private async ValueTask<string?> EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (await IsUsableAsync(cancellationToken))
        {
            return null;
        }

        await CloseAsync();
        return server.CircuitBreaker.TryEnter()
            ? await OpenAsync(cancellationToken)
            : server.CircuitBreaker.Reason ?? "another connection is probing the server";
    }

    private async Task<Outcome> ExchangeAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        messageCount++;
        var outcome = await exchange!.SendAsync(
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
