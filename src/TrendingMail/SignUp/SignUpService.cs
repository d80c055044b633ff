using TrendingMail.Editions;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp;

/// <summary>
/// Accepts requests to subscribe from the form and the API. The address is only looked up when the queued request is
/// processed, so that neither the result nor its timing reveals who is subscribed.
/// </summary>
public sealed class SignUpService(
    AutomationCheck automation, AddressPolicy addresses, SignUpRequestQueue requests, DigestOptions digest)
{
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async Task<SignUpResult> RequestAsync(
        SignUpForm form, ConsentOrigin consentOrigin, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryParse(form.Email, out var address, out var fault))
        {
            return new SignUpResult.AddressRejected(fault);
        }

        if (!string.IsNullOrEmpty(form.Honeypot))
        {
            // Certainly a program: it gets the usual answer.
            return new SignUpResult.Accepted(Suggestion: null);
        }

        if (automation.FindSuspicion(form.Email, form.FormToken, form.ProofOfWork) is { } reason)
        {
            return new SignUpResult.Suspicious(reason);
        }

        return await addresses.EvaluateAsync(address, form.AcceptsSharedMailbox, cancellationToken) switch
        {
            AddressDecision.Accepted accepted => await EnqueueAsync(form, accepted, consentOrigin, cancellationToken),
            AddressDecision.RateLimited rateLimited => new SignUpResult.RateLimited(rateLimited.Lease),
            AddressDecision.SharedMailbox => new SignUpResult.SharedMailbox(AddressDecision.SharedMailbox.Question),
            AddressDecision.Rejected rejected => new SignUpResult.AddressRejected(rejected.Reason),
            var other => throw new InvalidOperationException($"Unknown decision {other}."),
        };
    }

    private async Task<SignUpResult> EnqueueAsync(
        SignUpForm form, AddressDecision.Accepted accepted, ConsentOrigin consentOrigin,
        CancellationToken cancellationToken)
    {
        var parsed = PreferencesParser.Parse(CompletePreferences(form), DateOnly.MinValue);
        if (parsed.Errors.Count > 0)
        {
            return new SignUpResult.PreferencesRejected(parsed.Errors);
        }

        await requests.EnqueueAsync(accepted.Address, parsed.Preferences, consentOrigin, cancellationToken);
        return new SignUpResult.Accepted(accepted.Suggestion);
    }

    private PreferencesForm CompletePreferences(SignUpForm form)
    {
        var ignoresTimeZone = form.HasDetectedTimeZone && !PreferencesParser.IsTimeZone(form.Preferences.TimeZone);
        var chosen = ignoresTimeZone ? form.Preferences with { TimeZone = "" } : form.Preferences;
        return chosen.OrDefaults(PreferencesForm.From(DefaultPreferences.From(digest))) with { PausedUntil = "" };
    }
}
