using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>What a form may come to besides what its address comes to.</summary>
internal static class FormVerdict
{
    /// <summary>It looks like a program's: the form is shown once more.</summary>
    public sealed record Again(string Reason) : AddressVerdict;

    /// <summary>A program's beyond doubt.</summary>
    public sealed record Trapped : AddressVerdict;
}

/// <summary>Tells people from programs at the sign-up.</summary>
internal sealed class SignUpGate(FormStamps stamps, AddressGate addresses, SecurityOptions security)
{
    /// <param name="trap">A field that people do not see.</param>
    /// <param name="stamp">See <see cref="FormStamps"/>; a program that never saw the form has none.</param>
    /// <param name="work">See <see cref="ProofOfWork"/>.</param>
    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public async Task<AddressVerdict> JudgeAsync(
        string email, string? trap, string? stamp, string? work, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryParse(email, out var address, out var fault))
        {
            return new AddressVerdict.Refused(fault);
        }

        if (!string.IsNullOrEmpty(trap))
        {
            return new FormVerdict.Trapped();
        }

        switch (stamps.Read(stamp))
        {
            case StampVerdict.TooSoon:
                return new FormVerdict.Again("That was faster than most people type, so we ask once more.");
            case StampVerdict.Stale:
                return new FormVerdict.Again("The page had been open for a long time, so we ask once more.");
            case var verdict when security.ProofOfWorkBits > 0 &&
                (verdict == StampVerdict.None || !ProofOfWork.Holds(stamp!, email, work, security.ProofOfWorkBits)):
                return new FormVerdict.Again("Your browser has to do a small sum first, against sign-ups by programs. " +
                    "That takes a moment, and JavaScript.");
        }

        return await addresses.JudgeAsync(address, cancellationToken);
    }
}
