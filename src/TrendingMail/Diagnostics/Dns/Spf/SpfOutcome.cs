using System.Net;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>The results of RFC 7208 section 2.6.</summary>
internal enum SpfResult
{
    None,
    Neutral,
    Pass,
    Fail,
    SoftFail,

    /// <summary>A name server did not answer.</summary>
    TempError,

    /// <summary>The record cannot be interpreted.</summary>
    PermError,
}

/// <summary>A message to be checked.</summary>
/// <param name="Address">The address from which it is sent.</param>
/// <param name="Sender">The address of MAIL FROM.</param>
/// <param name="Helo">The name in EHLO.</param>
internal sealed record SpfQuestion(IPAddress Address, string Sender, string Helo)
{
    public string Domain => Sender[(Sender.LastIndexOf('@') + 1)..];
}

/// <summary>What evaluating a record came to.</summary>
internal sealed record SpfOutcome(SpfResult Result)
{
    /// <summary>The term that decided; null if none did.</summary>
    public string? DecidingTerm { get; init; }

    /// <summary>The errors, each as the end of "The record ..." or of its own.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The terms that needed DNS, in the order of evaluation, indented by the depth of includes.</summary>
    public IReadOnlyList<string> Lookups { get; init; } = [];

    /// <summary>The names of terms for which DNS had no record.</summary>
    public IReadOnlyList<string> VoidNames { get; init; } = [];
}

/// <summary>A record cannot be evaluated.</summary>
internal sealed class SpfException(SpfResult result, string message) : Exception(message)
{
    /// <summary><see cref="SpfResult.PermError"/> or <see cref="SpfResult.TempError"/>.</summary>
    public SpfResult Result => result;
}
