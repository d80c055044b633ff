namespace TrendingMail.Delivery.Smtp;

/// <summary>One SMTP server of the settings, and what all lanes to it share.</summary>
internal sealed class SmtpServer(SmtpOptions options, TimeProvider clock, TurnBook? turns = null) : IDisposable
{
    public SmtpOptions Options => options;

    public string Name { get; } = $"{options.Host}:{options.Port}";

    public ServerCircuit Circuit { get; } = new(clock);

    /// <summary>Null where it takes as many as come.</summary>
    public ServerRate? Rate { get; } = options.MaxPerMinute == 0
        ? null
        : new ServerRate($"{options.Host}:{options.Port} {options.UserName}".TrimEnd(), options.MaxPerMinute, turns, clock);

    public void Dispose() => Rate?.Dispose();
}
