using System.Threading.RateLimiting;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>What becomes of a sign-up, as far as can be told without a look at the list.</summary>
internal abstract record SignUpVerdict
{
    /// <param name="Meant">The address that was probably meant.</param>
    public sealed record Welcome(EmailAddress Address, EmailAddress? Meant) : SignUpVerdict;

    /// <summary>Not with this address; why, in words for its owner.</summary>
    public sealed record Refused(string Reason) : SignUpVerdict;

    /// <summary>It looks like a program's: the form is shown once more.</summary>
    public sealed record Again(string Reason) : SignUpVerdict;

    public sealed record TooMany(RateLimitLease Lease) : SignUpVerdict;

    /// <summary>A program's beyond doubt.</summary>
    public sealed record Trapped : SignUpVerdict;
}

/// <summary>Tells people from programs at the sign-up, and addresses that may subscribe from those that may not.</summary>
internal sealed class SignUpGate(
    FormStamps stamps, DisposableDomains disposable, TargetLimits limits, SecurityOptions security)
{
    /// <summary>Judges an address alone, where who gives it holds a reader's link.</summary>
    public SignUpVerdict Judge(string email) =>
        !EmailAddress.TryParse(email, out var address, out var fault) ? new SignUpVerdict.Refused(fault) : Judge(address);

    /// <param name="trap">A field that people do not see.</param>
    /// <param name="stamp">See <see cref="FormStamps"/>; a program that never saw the form has none.</param>
    /// <param name="work">See <see cref="ProofOfWork"/>.</param>
    public SignUpVerdict Judge(string email, string? trap, string? stamp, string? work)
    {
        if (!EmailAddress.TryParse(email, out var address, out var fault))
        {
            return new SignUpVerdict.Refused(fault);
        }

        if (!string.IsNullOrEmpty(trap))
        {
            return new SignUpVerdict.Trapped();
        }

        switch (stamps.Read(stamp))
        {
            case StampVerdict.TooSoon:
                return new SignUpVerdict.Again("That was faster than most people type, so we ask once more.");
            case StampVerdict.Stale:
                return new SignUpVerdict.Again("The page had been open for a long time, so we ask once more.");
            case var verdict when security.ProofOfWorkBits > 0 &&
                (verdict == StampVerdict.None || !ProofOfWork.Holds(stamp!, email, work, security.ProofOfWorkBits)):
                return new SignUpVerdict.Again("Your browser has to do a small sum first, against sign-ups by programs. " +
                    "That takes a moment, and JavaScript.");
        }

        return Judge(address);
    }

    private SignUpVerdict Judge(EmailAddress address)
    {
        if (disposable.Contains(address))
        {
            return new SignUpVerdict.Refused("This looks like a throw-away mailbox. Please give the address of one that you " +
                "will still read next week.");
        }

        var lease = limits.Take(address);
        if (!lease.IsAcquired)
        {
            return new SignUpVerdict.TooMany(lease);
        }

        lease.Dispose();
        return new SignUpVerdict.Welcome(address, DomainTypos.DidYouMean(address));
    }
}
