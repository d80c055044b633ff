using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>The reader's interests as the form changes them: a choice for each that is there, and room for a new one.</summary>
internal sealed record InterestsForm(string Kind, string Value, string Wish)
{
    /// <summary>As the page is first shown.</summary>
    public static InterestsForm Empty { get; } = new(InterestKind.Keyword.ToColumn(), "", "follow");

    public static InterestsForm Read(IFormCollection form) => new(
        form["new_kind"].ToString(), form["new_value"].ToString().Trim(), form["new_wish"].ToString());

    /// <summary>What the reader's interests become; where the new one cannot be, <paramref name="fault"/> says why.</summary>
    /// <param name="now">Those that are there.</param>
    public IReadOnlyList<Interest> Apply(IReadOnlyList<Interest> now, IFormCollection form, out string? fault)
    {
        fault = null;
        var changed = now.Select(interest => form[InterestModel.FieldOf(interest)].ToString() switch
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
        var weight = Wish == "mute" ? Interest.Muted : Interest.Followed;
        if (kinds is not [var kind] || Interest.Of(kind, Value, weight) is not { } added)
        {
            fault = $"Please give a word, a phrase or a name of at most {Interest.MaximumLength} characters.";
            return now;
        }

        changed.RemoveAll(interest => (interest.Kind, interest.Key) == (added.Kind, added.Key));
        changed.Add(added);
        if (changed.Count > InterestStore.MaximumPerReader)
        {
            fault = $"You can follow and mute {InterestStore.MaximumPerReader} things; please remove some first.";
            return now;
        }

        return changed;
    }
}
