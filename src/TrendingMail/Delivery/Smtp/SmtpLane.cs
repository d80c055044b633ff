namespace TrendingMail.Delivery.Smtp;

/// <summary>One connection to one SMTP server, opened when it is needed and kept for the next message.</summary>
/// <param name="release">Takes the lane when it is disposed of.</param>
internal sealed class SmtpLane(
    SmtpServer server, ServerTurns turns, Func<SmtpLane, SmtpServer, ValueTask> release) : IMailLane
{
    private SmtpConnection? connection;
    private SmtpExchange? exchange;
    private int messages;
    private bool wasIdle;

    public string Server => server.Name;

    public bool IsOpen => connection is not null;

    /// <summary>How long its connection may lie idle.</summary>
    public TimeSpan LongestIdle => TimeSpan.FromSeconds(server.Options.IdleSeconds);

    public async ValueTask<string?> ReadyAsync(CancellationToken cancellationToken)
    {
        await turns.WaitAsync(server, cancellationToken);
        if (server.Rate is { } rate)
        {
            await rate.WaitAsync(cancellationToken);
        }

        if (await IsUsableAsync(cancellationToken))
        {
            return null;
        }

        await CloseAsync();
        return server.Circuit.TryEnter()
            ? await OpenAsync(cancellationToken)
            : server.Circuit.Reason ?? "the server is being tried";
    }

    public async Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (exchange is null)
        {
            return new Outcome.Unreachable($"there is no connection to {server.Name}");
        }

        messages++;
        turns.Carried(server);
        var outcome = await exchange.SendAsync(
            envelope.Sender, envelope.Recipient, envelope.Message.Memory, cancellationToken);
        if (!exchange.IsUsable)
        {
            connection!.Abort();
            Forget();
        }

        if (outcome is Outcome.Unreachable unreachable)
        {
            Failed(unreachable.Reply);
        }
        else if (outcome is not Outcome.Uncertain)
        {
            Succeeded();
        }

        return outcome;
    }

    public void Rest(DateTimeOffset until, string reason)
    {
        server.Circuit.Rest(until, reason);
        DeliveryMeter.ServerIs(server.Name, isWell: false);
    }

    public ValueTask DisposeAsync()
    {
        wasIdle = true;
        return release(this, server);
    }

    /// <summary>Ends the connection, politely.</summary>
    public async ValueTask CloseAsync()
    {
        if (connection is { } open)
        {
            Forget();
            await open.DisposeAsync();
        }
    }

    private async ValueTask<bool> IsUsableAsync(CancellationToken cancellationToken)
    {
        var limit = server.Options.MessagesPerConnection;
        if (connection is not { IsAlive: true } || !exchange!.IsUsable || !server.Circuit.IsWell || (limit > 0 && messages >= limit))
        {
            return false;
        }

        // A connection that was left alone may be gone without anyone having said so.
        var isAsked = wasIdle;
        wasIdle = false;
        return !isAsked || await exchange.AnswersAsync(cancellationToken);
    }

    private async ValueTask<string?> OpenAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(server.Options.Timeout);
        try
        {
            connection = await SmtpConnection.OpenAsync(server.Options, deadline.Token);
            DeliveryMeter.Connected(server.Name, 1);
            exchange = new SmtpExchange(connection, server.Options);
            messages = 0;
            wasIdle = false;
            Succeeded();
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            server.Circuit.Left();
            throw;
        }
        catch (Exception e) when (SmtpConnection.Explain(e, server.Options) is { } why)
        {
            Failed(why);
            return why;
        }
    }

    private void Forget()
    {
        (connection, exchange) = (null, null);
        DeliveryMeter.Connected(server.Name, -1);
    }

    private void Failed(string why)
    {
        server.Circuit.Failed(why);
        DeliveryMeter.ServerIs(server.Name, isWell: false);
    }

    private void Succeeded()
    {
        if (!server.Circuit.IsWell)
        {
            DeliveryMeter.ServerIs(server.Name, isWell: true);
        }

        server.Circuit.Succeeded();
    }
}
