using System.Threading.RateLimiting;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp;

/// <summary>A request to subscribe, as submitted.</summary>
/// <param name="Preferences">Blank values take the defaults of a new subscriber.</param>
public sealed record SignUpForm(string Email, PreferencesForm Preferences)
{
    /// <summary>The honeypot field, which is hidden from people.</summary>
    public string? Honeypot { get; init; }

    /// <summary>See <see cref="Abuse.FormTokens"/>; null if the client never loaded the form.</summary>
    public string? FormToken { get; init; }

    /// <summary>See <see cref="Abuse.ProofOfWork"/>.</summary>
    public string? ProofOfWork { get; init; }

    /// <summary>Whether the person confirmed that a shared mailbox may be subscribed.</summary>
    public bool AcceptsSharedMailbox { get; init; }

    /// <summary>
    /// Whether the browser supplied the time zone. If it is unknown, that is not the person's fault, and the default
    /// applies.
    /// </summary>
    public bool HasDetectedTimeZone { get; init; }
}

/// <summary>The outcome of a request to subscribe. It depends on the request, never on the subscribers.</summary>
public abstract record SignUpResult
{
    /// <summary>The address is sent a confirmation link if it can subscribe.</summary>
    /// <param name="Suggestion">The address that was probably intended, where the domain looks misspelled.</param>
    public sealed record Accepted(EmailAddress? Suggestion) : SignUpResult;

    /// <summary>The address is not accepted. The reason is shown to the person.</summary>
    public sealed record AddressRejected(string Reason) : SignUpResult;

    /// <summary>
    /// The address looks like a shared mailbox: the person is asked to confirm it. This depends on the address alone.
    /// </summary>
    public sealed record SharedMailbox(string Question) : SignUpResult;

    /// <summary>At least one preference is invalid.</summary>
    public sealed record PreferencesRejected(IReadOnlyList<FormError> Errors) : SignUpResult;

    /// <summary>Possibly automated: the form is shown again.</summary>
    public sealed record Suspicious(string Reason) : SignUpResult;

    /// <param name="Lease">The rejected lease, with the time to retry.</param>
    public sealed record RateLimited(RateLimitLease Lease) : SignUpResult;
}
