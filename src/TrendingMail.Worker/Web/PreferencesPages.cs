using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>The page of a reader's preferences, and what its forms do.</summary>
internal static class PreferencesPages
{
    public static void MapPreferencesPages(this IEndpointRouteBuilder app)
    {
        app.MapPage("/preferences/{token}", (string token, ReaderDoor door, PreferencesPage preferences,
            CancellationToken stop) => door.OpenAsync(token, LinkPurpose.Preferences,
                (reader, link) => preferences.Show(reader, link, PreferencesForm.Of(reader), saved: false), stop));
        app.MapPost("/preferences/{token}", SaveAsync).RequireRateLimiting(RateLimits.Action);
    }

    private static Task<IResult> SaveAsync(
        string token, HttpContext http, ReaderDoor door, SubscriberStore store, PreferencesPage preferences,
        TimeProvider clock) => door.OpenAsync(token, LinkPurpose.Preferences, async (reader, link) =>
    {
        var form = PreferencesForm.Read(await Forms.ReadAsync(http));
        var today = DateOnly.FromDateTime(
            TimeZoneInfo.ConvertTime(clock.GetUtcNow(), reader.Preferences.Zone).DateTime);
        if (!form.TryAccept(today, out var accepted, out var pausedUntil))
        {
            return preferences.Show(reader, link, form, saved: false, StatusCodes.Status400BadRequest);
        }

        var due = await store.SavePreferencesAsync(reader.Id, accepted, pausedUntil, http.RequestAborted);
        var now = (await store.FindAsync(reader.Id, http.RequestAborted))!;
        return preferences.Show(now, link, PreferencesForm.Of(now), saved: due is not null);
    }, http.RequestAborted);
}
