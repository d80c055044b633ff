using TrendingMail.Storage;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>
/// The interests part of the preferences form: a choice for each existing interest, and fields for a new one.
/// </summary>
internal sealed record InterestsForm(string Kind, string Value, string Choice)
{
    /// <summary>The initial state of the form.</summary>
    public static InterestsForm Empty { get; } = new(InterestKind.Keyword.ToColumn(), "", "follow");

    public static InterestsForm Read(IFormCollection form) => new(
        form["new_kind"].ToString(), form["new_value"].ToString().Trim(), form["new_choice"].ToString());

    /// <summary>Applies the form. If the new interest is invalid, <paramref name="fault"/> has the reason.</summary>
    /// <param name="existing">The existing interests.</param>
    public IReadOnlyList<Interest> Apply(IReadOnlyList<Interest> existing, IFormCollection form, out string? fault)
    {
        fault = null;
        var changed = existing.Select(interest => form[InterestModel.GetFieldName(interest)].ToString() switch
        {
            "follow" => interest with { Weight = Interest.Followed },
            "mute" => interest with { Weight = Interest.Muted },
            "drop" => interest with { Weight = 0 },
            _ => interest,
        }).Where(interest => interest.Weight != 0).ToList();
        if (Value.Length == 0)
        {
            return changed;
        }

        var kinds = Enum.GetValues<InterestKind>().Where(kind => kind.ToColumn() == Kind).ToArray();
        var weight = Choice == "mute" ? Interest.Muted : Interest.Followed;
        if (kinds is not [var kind] || Interest.Create(kind, Value, weight) is not { } added)
        {
            fault = $"Please enter a word, phrase or name of at most {Interest.MaximumLength} characters.";
            return existing;
        }

        changed.RemoveAll(interest => (interest.Kind, interest.Key) == (added.Kind, added.Key));
        changed.Add(added);
        if (changed.Count > InterestStore.MaximumPerSubscriber)
        {
            fault = $"You can follow and mute at most {InterestStore.MaximumPerSubscriber} things. Please remove some first.";
            return existing;
        }

        return changed;
    }
}
