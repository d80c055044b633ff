namespace TrendingMail;

/// <summary>
/// A fault that an operator can mend. The message is one line that names the operation, its subject and the way out;
/// it is shown as it is, without a stack trace.
/// </summary>
public sealed class TrendingMailException : Exception
{
    public TrendingMailException()
    {
    }

    public TrendingMailException(string message)
        : base(message)
    {
    }

    public TrendingMailException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
