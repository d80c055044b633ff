namespace TrendingMail;

/// <summary>
/// An error that an operator can fix. The message is one line that names the operation, its subject and the remedy;
/// it is shown as is, without a stack trace.
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
