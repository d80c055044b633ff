using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web.Public;

/// <summary>Decisions about a form, in addition to those about its address.</summary>
internal static class FormDecision
{
    /// <summary>Possibly automated: the form is shown again.</summary>
    public sealed record Retry(string Reason) : AddressDecision;

    /// <summary>Certainly automated: the honeypot field was filled in.</summary>
    public sealed record Honeypot : AddressDecision;
}

/// <summary>Validates sign-ups and detects automated ones.</summary>
internal sealed class SignUpValidator(FormTokens formTokens, AddressPolicy addresses, SecurityOptions security)
{
    /// <param name="honeypot">The honeypot field, which is hidden from people.</param>
    /// <param name="formToken">See <see cref="FormTokens"/>; null if the client never loaded the form.</param>
    /// <param name="proofOfWork">See <see cref="ProofOfWork"/>.</param>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async Task<AddressDecision> ValidateAsync(
        string email, string? honeypot, string? formToken, string? proofOfWork, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryParse(email, out var address, out var fault))
        {
            return new AddressDecision.Rejected(fault);
        }

        if (!string.IsNullOrEmpty(honeypot))
        {
            return new FormDecision.Honeypot();
        }

        switch (formTokens.Validate(formToken))
        {
            case FormTokenStatus.TooFast:
                return new FormDecision.Retry("That was faster than most people type. Please confirm that you are not a robot.");
            case FormTokenStatus.Invalid:
                return new FormDecision.Retry("The page had been open for too long. Please submit the form again.");
            case var status when security.ProofOfWorkBits > 0 &&
                (status == FormTokenStatus.Missing || !ProofOfWork.IsValid(formToken!, email, proofOfWork, security.ProofOfWorkBits)):
                return new FormDecision.Retry("A short anti-spam check is needed. It requires JavaScript and takes a " +
                    "moment.");
        }

        return await addresses.EvaluateAsync(address, cancellationToken);
    }
}
