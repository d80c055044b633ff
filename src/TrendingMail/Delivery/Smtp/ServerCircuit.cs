namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Whether a server is worth a connection now. After a failure it is left alone for a while that grows, then one lane
/// tries it for all, until it is back.
/// </summary>
public sealed class ServerCircuit(TimeProvider clock)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly Lock guard = new();
    private int failures;
    private DateTimeOffset openUntil = DateTimeOffset.MinValue;
    private DateTimeOffset restUntil = DateTimeOffset.MinValue;
    private bool isProbed;
    private string? reason;

    /// <summary>Why the server was given up last; null while it is well.</summary>
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

    /// <summary>Whether it may be used without asking.</summary>
    public bool IsWell
    {
        get
        {
            lock (guard)
            {
                return failures == 0;
            }
        }
    }

    /// <summary>Whether the caller may try now. Who may must report how it went.</summary>
    public bool TryEnter()
    {
        lock (guard)
        {
            if (failures == 0)
            {
                return true;
            }

            if (isProbed || clock.GetUtcNow() < openUntil)
            {
                return false;
            }

            isProbed = true;
            return true;
        }
    }

    public void Succeeded()
    {
        lock (guard)
        {
            if (clock.GetUtcNow() < restUntil)
            {
                // The word of a message that was under way when the rest began.
                return;
            }

            failures = 0;
            isProbed = false;
            reason = null;
        }
    }

    public void Failed(string why)
    {
        lock (guard)
        {
            var rest = FirstRest * Math.Pow(2, Math.Min(failures, 10));
            failures++;
            isProbed = false;
            reason = why;
            openUntil = clock.GetUtcNow() + (rest < LongestRest ? rest : LongestRest);
            openUntil = openUntil < restUntil ? restUntil : openUntil;
        }
    }

    /// <summary>The server is left alone for a time that someone else has found right.</summary>
    public void Rest(DateTimeOffset until, string why)
    {
        lock (guard)
        {
            failures = Math.Max(failures, 1);
            isProbed = false;
            reason = why;
            openUntil = restUntil = until;
        }
    }

    /// <summary>Who entered was called away before it was known how the server is.</summary>
    public void Left()
    {
        lock (guard)
        {
            isProbed = false;
        }
    }
}
