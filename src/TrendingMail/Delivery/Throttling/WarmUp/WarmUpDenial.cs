using System.Globalization;

namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>Why a server may not be handed a message on a day.</summary>
/// <param name="Domain">The recipient domain whose cap it is; null for that of the server.</param>
/// <param name="Explanation">What is used up.</param>
internal sealed record WarmUpDenial(string Server, string? Domain, long Cap, string Explanation)
{
    /// <summary>Identifies the cap.</summary>
    public string Key => $"{Server} {Domain}";

    /// <param name="domain">The recipient domain whose cap leaves no room; null for that of the server.</param>
    public static WarmUpDenial For(
        WarmUpPlan plan, DateOnly day, string? domain, long cap, CapUsage usage, MessageClass messageClass,
        TimeSpan timeOfDay)
    {
        var name = string.Create(CultureInfo.InvariantCulture,
            $"cap of {cap}{(domain is null ? "" : $" to {domain}")} for {day:yyyy-MM-dd}");
        return new WarmUpDenial(plan.Server, domain, cap, 0 switch
        {
            _ when cap == 0 => string.Create(CultureInfo.InvariantCulture, $"it begins on {plan.FirstDay:yyyy-MM-dd}"),
            _ when usage.Total >= cap => $"{name} is used up",
            _ when messageClass == MessageClass.EarlierDigest => string.Create(CultureInfo.InvariantCulture,
                $"the part of the {name} that earlier digests have until {timeOfDay.Hours:00}:59 UTC, ") +
                string.Create(CultureInfo.InvariantCulture,
                    $"{WarmUpAllowance.GetEarlierDigestCap(cap, timeOfDay)}, is used up"),
            _ => string.Create(CultureInfo.InvariantCulture,
                $"{name} is used up, but for {cap - WarmUpAllowance.GetDigestCap(cap)} kept for notices"),
        });
    }

    /// <summary>For example <c>the warm-up of mx1:25: cap of 200 for 2026-12-01 is used up</c>.</summary>
    public override string ToString() => $"the warm-up of {Server}: {Explanation}";
}
