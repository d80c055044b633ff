namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// A circuit breaker for a server. After a failure the circuit is open for a growing cooldown; then one connection at a
/// time probes the server until it works again.
/// </summary>
public sealed class CircuitBreaker(TimeProvider clock)
{
    private static readonly TimeSpan InitialCooldown = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MaxCooldown = TimeSpan.FromMinutes(1);

    private readonly Lock guard = new();
    private int failures;
    private DateTimeOffset openUntil = DateTimeOffset.MinValue;
    private DateTimeOffset heldOpenUntil = DateTimeOffset.MinValue;
    private bool isProbing;
    private string? reason;

    /// <summary>The reason of the last failure; null while the circuit is closed.</summary>
    public string? Reason
    {
        get
        {
            lock (guard)
            {
                return reason;
            }
        }
    }

    /// <summary>Whether the server may be used without a probe.</summary>
    public bool IsClosed
    {
        get
        {
            lock (guard)
            {
                return failures == 0;
            }
        }
    }

    /// <summary>Whether the caller may use the server now. If so, it must report the result.</summary>
    public bool TryEnter()
    {
        lock (guard)
        {
            if (failures == 0)
            {
                return true;
            }

            if (isProbing || clock.GetUtcNow() < openUntil)
            {
                return false;
            }

            isProbing = true;
            return true;
        }
    }

    public void RecordSuccess()
    {
        lock (guard)
        {
            if (clock.GetUtcNow() < heldOpenUntil)
            {
                // The result of a message that was in flight when the pause began.
                return;
            }

            failures = 0;
            isProbing = false;
            reason = null;
        }
    }

    public void RecordFailure(string why)
    {
        lock (guard)
        {
            var cooldown = InitialCooldown * Math.Pow(2, Math.Min(failures, 10));
            failures++;
            isProbing = false;
            reason = why;
            openUntil = clock.GetUtcNow() + (cooldown < MaxCooldown ? cooldown : MaxCooldown);
            openUntil = openUntil < heldOpenUntil ? heldOpenUntil : openUntil;
        }
    }

    /// <summary>Opens the circuit for a fixed time.</summary>
    public void HoldOpen(DateTimeOffset until, string why)
    {
        lock (guard)
        {
            failures = Math.Max(failures, 1);
            isProbing = false;
            reason = why;
            openUntil = heldOpenUntil = until;
        }
    }

    /// <summary>Ends a probe without a result.</summary>
    public void CancelProbe()
    {
        lock (guard)
        {
            isProbing = false;
        }
    }
}
