namespace TrendingMail.Subscribers.Interests;

/// <summary>
/// How feedback changes weights, and how that is undone. Muting is always explicit, and so is its end: "more like this"
/// and "less like this" leave a muted topic as it is.
/// </summary>
internal static class FeedbackEffect
{
    /// <summary>Applies feedback to a subscriber's interests.</summary>
    /// <returns>The changes, without subjects that stay as they are or for which there is no room.</returns>
    public static IReadOnlyList<WeightChange> Apply(
        Dictionary<(InterestKind, string), Interest> interests, FeedbackKind kind, IEnumerable<Interest> subjects)
    {
        var changes = new List<WeightChange>();
        foreach (var subject in subjects.DistinctBy(subject => (subject.Kind, subject.Key)))
        {
            var existing = interests.GetValueOrDefault((subject.Kind, subject.Key));
            var from = existing?.Weight ?? 0;
            var to = GetWeight(from, kind);
            if (to != from && (existing is not null || Count(interests) < InterestStore.MaximumPerSubscriber))
            {
                changes.Add(new WeightChange(subject.Kind, subject.Key, existing?.Value ?? subject.Value, from, to));
                interests[(subject.Kind, subject.Key)] = (existing ?? subject) with { Weight = to };
            }
        }

        return changes;
    }

    /// <summary>
    /// Reverts the changes of one feedback; what was said or chosen since stays. An interest that the subscriber has
    /// removed since is not restored.
    /// </summary>
    public static void Revert(
        Dictionary<(InterestKind, string), Interest> interests, IEnumerable<WeightChange> changes)
    {
        foreach (var change in changes)
        {
            var existing = interests.GetValueOrDefault((change.Kind, change.Key));
            if (GetRevertedWeight(existing?.Weight ?? 0, change) is { } weight)
            {
                interests[(change.Kind, change.Key)] = new Interest
                {
                    Kind = change.Kind,
                    Key = change.Key,
                    Value = existing?.Value ?? change.Value,
                    Weight = weight,
                };
            }
        }
    }

    private static int Count(Dictionary<(InterestKind, string), Interest> interests) =>
        interests.Values.Count(interest => interest.Weight != 0);

    private static double GetWeight(double weight, FeedbackKind kind) => kind switch
    {
        FeedbackKind.Mute => Interest.Muted,
        _ when weight <= Interest.Muted => weight,
        FeedbackKind.More => Interest.NormalizeWeight(weight + Interest.FeedbackStep),
        _ => Math.Min(
            weight, Math.Max(Interest.NormalizeWeight(weight - Interest.FeedbackStep), Interest.FeedbackMinimum)),
    };

    /// <returns>Null to leave the weight as it is.</returns>
    private static double? GetRevertedWeight(double now, WeightChange change)
    {
        var wasRemoved = now == 0 && change.To != 0;
        var isMuted = now <= Interest.Muted;
        return change.To <= Interest.Muted
            ? isMuted ? change.From : null
            : wasRemoved || isMuted ? null : Interest.NormalizeWeight(now + change.From - change.To);
    }
}
