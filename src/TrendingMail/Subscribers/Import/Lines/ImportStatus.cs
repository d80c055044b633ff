using TrendingMail.Subscribers.Import.Columns;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers.Import.Lines;

/// <summary>
/// What a line says about whether its address may be mailed. Of several fields that say so, the one counts that says
/// no.
/// </summary>
/// <param name="State">Null if the list does not specify it.</param>
/// <param name="Suppression">Null if the address is not suppressed.</param>
internal readonly record struct ImportStatus(SubscriberState? State, SuppressionReason? Suppression)
{
    /// <summary>Whether the line takes an address off, and so counts whatever else is wrong with it.</summary>
    public bool IsOptOut => State == SubscriberState.Unsubscribed || Suppression is not null;

    /// <param name="notes">Receives what was not readable.</param>
    /// <exception cref="FormatException">The line does not say clearly whether the address may be mailed.</exception>
    public static ImportStatus Read(ImportValues values, ImportLayout layout, List<string> notes)
    {
        var stated = FindState(values[ImportField.State], layout);
        var suppression = Strongest(
            stated?.Suppression, ReadFlags(values), ReadSuppression(values[ImportField.Suppression], notes));
        var optedIn = values[ImportField.OptedIn];
        var hasLeft = stated?.State == SubscriberState.Unsubscribed || ReadFlags(values) is not null ||
            ImportFlag.IsSet(values[ImportField.UnsubscribedAt]) || ImportFlag.IsSet(values[ImportField.OptedOut]) ||
            (optedIn is not null && ImportFlag.IsNo(optedIn));
        if (hasLeft)
        {
            return new ImportStatus(SubscriberState.Unsubscribed, suppression);
        }

        if (FindFault(values, stated is null) is { } fault)
        {
            if (suppression is null)
            {
                throw new FormatException(fault);
            }

            notes.Add(fault);
            return new ImportStatus(SubscriberState.Unsubscribed, suppression);
        }

        var isUnconfirmed = values.Has(ImportField.Confirmed) && !ImportFlag.IsSet(values[ImportField.Confirmed]);
        return new ImportStatus(
            isUnconfirmed ? SubscriberState.Pending : stated?.State
                ?? (optedIn is null ? null : SubscriberState.Active), suppression);
    }

    private static string? FindFault(ImportValues values, bool isStateUnknown)
    {
        if (isStateUnknown && values[ImportField.State] is { } state)
        {
            return ImportFault.Describe(ImportField.State, state,
                "pending, active, paused or unsubscribed, or leave the column out with --ignore-column");
        }

        return values.Has(ImportField.OptedIn) &&
            (values[ImportField.OptedIn] is not { } optedIn || !ImportFlag.IsYes(optedIn))
            ? ImportFault.Describe(ImportField.OptedIn, values[ImportField.OptedIn] ?? "", "yes or no")
            : null;
    }

    private static (SubscriberState State, SuppressionReason? Suppression)? FindState(
        string? word, ImportLayout layout) =>
        word is null ? null
        : layout.States.TryGetValue(word, out var state) ? (state, null)
        : ImportStates.Find(word);

    private static SuppressionReason? ReadFlags(ImportValues values) => Strongest(
        ImportFlag.IsSet(values[ImportField.Complained]) ? SuppressionReason.Complaint : null,
        ImportFlag.IsSet(values[ImportField.Blocked]) ? SuppressionReason.Operator : null,
        ImportFlag.IsSet(values[ImportField.CleanedAt]) ? SuppressionReason.HardBounce : null,
        !ImportFlag.IsSet(values[ImportField.Bounced]) ? null
            : values[ImportField.Bounced]!.StartsWith("soft", StringComparison.OrdinalIgnoreCase)
                ? SuppressionReason.SoftBounces
            : SuppressionReason.HardBounce);

    private static SuppressionReason? ReadSuppression(string? text, List<string> notes)
    {
        if (!ImportFlag.IsSet(text))
        {
            return null;
        }

        if (ImportFault.TryParseEnum<SuppressionReason>(text!, out var reason))
        {
            return reason;
        }

        notes.Add(ImportFault.Describe<SuppressionReason>(ImportField.Suppression, text!));
        return ImportStates.Find(text!)?.Suppression ?? SuppressionReason.Operator;
    }

    private static SuppressionReason? Strongest(params ReadOnlySpan<SuppressionReason?> reasons)
    {
        SuppressionReason? strongest = null;
        foreach (var reason in reasons)
        {
            strongest = strongest is null || reason > strongest ? reason ?? strongest : strongest;
        }

        return strongest;
    }
}
