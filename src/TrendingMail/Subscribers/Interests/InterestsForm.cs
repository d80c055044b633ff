using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Interests;

/// <summary>What a subscriber chooses for an existing interest.</summary>
public enum InterestChoice
{
    Follow,
    Mute,
    Drop,
}

/// <summary>A change to one existing interest; without effect if the subscriber no longer has it.</summary>
public sealed record InterestEdit(InterestKind Kind, string Key, InterestChoice Choice);

/// <summary>
/// The interests part of the preferences form: changes to existing interests, and the fields for a new one as text.
/// </summary>
/// <param name="Value">The new interest; empty for none.</param>
/// <param name="Choice"><c>mute</c> to mute the new interest, anything else to follow it.</param>
public sealed record InterestsForm(
    IReadOnlyList<InterestEdit> Edits, string Kind, string Value, string Choice)
{
    private const string ValueField = "new_value";

    private const string EditPrefix = "interest.";

    /// <summary>The initial state of the form.</summary>
    public static InterestsForm Empty { get; } = new([], InterestKind.Keyword.ToColumn(), "", "follow");

    /// <summary>The name of the form field for an existing interest.</summary>
    public static string GetFieldName(Interest interest) => $"{EditPrefix}{interest.Kind.ToColumn()}.{interest.Key}";

    public static InterestsForm Read(IEnumerable<string> fields, Func<string, string?> field) => new(
        [.. fields.Select(name => ReadEdit(name, field(name))).OfType<InterestEdit>()],
        field("new_kind") ?? "", field("new_value")?.Trim() ?? "", field("new_choice") ?? "");

    /// <summary>Applies the form to a subscriber's current interests.</summary>
    /// <param name="error">Why the new interest was not added and nothing changed; null on success.</param>
    public IReadOnlyList<Interest> Apply(IReadOnlyList<Interest> current, out FormError? error)
    {
        error = null;
        var choices = Edits.ToLookup(edit => (edit.Kind, edit.Key), edit => edit.Choice);
        var changed = current
            .Select(interest => choices[(interest.Kind, interest.Key)].Aggregate(interest, Apply))
            .Where(interest => interest.Weight != 0)
            .ToList();
        if (Value.Length == 0)
        {
            return changed;
        }

        if (ParseKind(Kind) is not { } kind ||
            Interest.Create(kind, Value, Choice == "mute" ? Interest.Muted : Interest.Followed) is not { } added)
        {
            error = new FormError(ValueField,
                $"Please enter a word, phrase or name of at most {Interest.MaximumLength} characters.");
            return current;
        }

        changed.RemoveAll(interest => (interest.Kind, interest.Key) == (added.Kind, added.Key));
        changed.Add(added);
        if (changed.Count > InterestStore.MaximumPerSubscriber)
        {
            error = new FormError(ValueField, "You can follow and mute at most " +
                $"{InterestStore.MaximumPerSubscriber} things. Please remove some first.");
            return current;
        }

        return changed;
    }

    private static Interest Apply(Interest interest, InterestChoice choice) => interest with
    {
        Weight = choice switch
        {
            InterestChoice.Follow => Interest.Followed,
            InterestChoice.Mute => Interest.Muted,
            _ => 0,
        },
    };

    /// <returns>Null if the field is not about an interest or leaves it as it is.</returns>
    private static InterestEdit? ReadEdit(string name, string? value)
    {
        // A key may contain dots, such as cs.CL.
        if (!name.StartsWith(EditPrefix, StringComparison.Ordinal) ||
            name[EditPrefix.Length..].Split('.', 2) is not [var kindName, var key] ||
            ParseKind(kindName) is not { } kind)
        {
            return null;
        }

        return value switch
        {
            "follow" => new InterestEdit(kind, key, InterestChoice.Follow),
            "mute" => new InterestEdit(kind, key, InterestChoice.Mute),
            "drop" => new InterestEdit(kind, key, InterestChoice.Drop),
            _ => null,
        };
    }

    private static InterestKind? ParseKind(string name)
    {
        foreach (var kind in Enum.GetValues<InterestKind>())
        {
            if (kind.ToColumn() == name)
            {
                return kind;
            }
        }

        return null;
    }
}
