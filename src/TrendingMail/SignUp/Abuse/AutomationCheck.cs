namespace TrendingMail.SignUp.Abuse;

/// <summary>Detects sign-up forms that were probably submitted by a program.</summary>
public sealed class AutomationCheck(FormTokens formTokens, SecurityOptions security)
{
    /// <param name="formToken">See <see cref="FormTokens"/>; null if the client never loaded the form.</param>
    /// <param name="proofOfWork">See <see cref="ProofOfWork"/>.</param>
    /// <returns>What to tell the person, who may submit the form again; null if nothing is suspicious.</returns>
    public string? FindSuspicion(string email, string? formToken, string? proofOfWork) =>
        formTokens.Validate(formToken) switch
        {
            FormTokenStatus.TooFast =>
                "That was faster than most people type. Please confirm that you are not a robot.",
            FormTokenStatus.Invalid => "The page had been open for too long. Please submit the form again.",
            var status when security.ProofOfWorkBits > 0 && (status == FormTokenStatus.Missing ||
                !ProofOfWork.IsValid(formToken!, email, proofOfWork, security.ProofOfWorkBits)) =>
                "A short anti-spam check is needed. It requires JavaScript and takes a moment.",
            _ => null,
        };
}
