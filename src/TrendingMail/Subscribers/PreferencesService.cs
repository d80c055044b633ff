using TrendingMail.Storage;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Subscribers;

/// <summary>The outcome of saving preferences.</summary>
public abstract record PreferencesResult
{
    public sealed record Saved(Subscriber Subscriber) : PreferencesResult;

    /// <summary>Nothing was saved: at least one field is invalid.</summary>
    public sealed record Invalid(IReadOnlyList<FormError> Errors) : PreferencesResult;

    /// <summary>Nothing was saved: saving preferences never subscribes anyone.</summary>
    public sealed record NotSubscribed(Subscriber Subscriber) : PreferencesResult;

    /// <summary>Nothing was saved: the subscriber has been erased.</summary>
    public sealed record Unknown : PreferencesResult;
}

/// <summary>Saves what a subscriber chose on the preferences page.</summary>
public sealed class PreferencesService(Database database, SubscriberStore subscribers, TimeProvider clock)
{
    /// <summary>
    /// Saves preferences, pause and interests in one transaction: all of them or none. Interests are changed as they
    /// are at that moment, so that interests which were added since the form was shown are kept.
    /// </summary>
    public Task<PreferencesResult> SaveAsync(
        long subscriberId, PreferencesForm form, InterestsForm interestsForm, CancellationToken cancellationToken) =>
        database.WriteAsync<PreferencesResult>(async session =>
        {
            if (await SubscriberStore.FindAsync(session, subscriberId) is not { } subscriber)
            {
                return new PreferencesResult.Unknown();
            }

            var parsed = Parse(form, subscriber);
            var interests = interestsForm.Apply(
                await InterestStore.ListAsync(session, subscriberId), out var interestError);
            if (parsed.Errors.Count > 0 || interestError is not null)
            {
                return new PreferencesResult.Invalid(
                    interestError is null ? parsed.Errors : [.. parsed.Errors, interestError]);
            }

            if (await subscribers.SavePreferencesAsync(
                session, subscriberId, parsed.Preferences, parsed.PausedUntil) is null)
            {
                return new PreferencesResult.NotSubscribed(subscriber);
            }

            await InterestStore.ReplaceAsync(session, subscriberId, interests);
            return new PreferencesResult.Saved((await SubscriberStore.FindAsync(session, subscriberId))!);
        }, cancellationToken);

    /// <summary>Parses the form; a page in one language only has no language field, which keeps the language.</summary>
    private PreferencesParser Parse(PreferencesForm form, Subscriber subscriber)
    {
        var now = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), subscriber.Preferences.Schedule.Zone);
        return PreferencesParser.Parse(
            form.Language.Length > 0 ? form : form with { Language = subscriber.Preferences.Language },
            DateOnly.FromDateTime(now.DateTime));
    }
}
