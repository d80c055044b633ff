using System.Globalization;

namespace TrendingMail.Delivery.Hold;

/// <summary>Why digests are held: a bad finding of a check that guards the sender's reputation.</summary>
public sealed record DigestHold
{
    /// <summary>The name of the check, such as <c>public-url</c>.</summary>
    public required string Check { get; init; }

    public required string Finding { get; init; }

    public required string Remedy { get; init; }

    public required DateTimeOffset HeldAt { get; init; }

    /// <summary>A line for operators, with the remedy.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"Digests are held since {HeldAt:yyyy-MM-dd HH:mm} UTC ({Check}): {Finding} {Remedy} They leave as soon as " +
        $"the check is good again, or those of one day with 'edition release'.");
}
