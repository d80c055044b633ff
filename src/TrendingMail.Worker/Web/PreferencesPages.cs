using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using TrendingMail.Delivery;
using TrendingMail.Rendering;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>The page of a reader's preferences, and what its forms do.</summary>
internal static class PreferencesPages
{
    /// <summary>A hundred interests with long names in other scripts.</summary>
    private const int MaximumForm = 256 << 10;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        WriteIndented = true,
    };

    public static void MapPreferencesPages(this IEndpointRouteBuilder app)
    {
        app.MapPage("/preferences/{token}", (string token, ReaderDoor door, PreferencesPage preferences,
            CancellationToken stop) => door.OpenAsync(token, LinkPurpose.Preferences, (reader, link) => preferences.ShowAsync(
                reader, link, PreferencesForm.Of(reader), InterestsForm.Empty, null, stop), stop));
        app.MapPost("/preferences/{token}", SaveAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPost("/preferences/{token}/feedback", TakeBackAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPost("/preferences/{token}/export", ExportAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPost("/preferences/{token}/links", RevokeAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPage("/preferences/{token}/erase", (string token, ReaderDoor door, Pages pages, ReaderLinks links,
            CancellationToken stop) => door.OpenAsync(token, LinkPurpose.Preferences,
                (reader, link) => ErasePage(reader, link, pages, links), stop));
        app.MapPost("/preferences/{token}/erase", EraseAsync).RequireRateLimiting(RateLimits.Action);
    }

    private static Task<IResult> SaveAsync(
        string token, HttpContext http, ReaderDoor door, Database database, SubscriberStore store, InterestStore interests,
        PreferencesPage page, TimeProvider clock) => door.OpenAsync(token, LinkPurpose.Preferences, async (reader, link) =>
    {
        var stop = http.RequestAborted;
        var fields = await Forms.ReadAsync(http, MaximumForm);
        var form = PreferencesForm.Read(fields, reader.Preferences.Language);
        var added = InterestsForm.Read(fields);
        var today = DateOnly.FromDateTime(
            TimeZoneInfo.ConvertTime(clock.GetUtcNow(), reader.Preferences.Zone).DateTime);
        var accepted = form.TryAccept(today, out var preferences, out var pausedUntil);
        var changed = added.Apply(await interests.ListAsync(reader.Id, stop), fields, out var fault);
        if (fault is not null)
        {
            form.Refuse("new_value", fault);
        }

        if (!accepted || fault is not null)
        {
            return await page.ShowAsync(reader, link, form, added, null, stop, StatusCodes.Status400BadRequest);
        }

        var saved = await store.SavePreferencesAsync(reader.Id, preferences, pausedUntil, stop) is not null &&
            await database.WriteAsync(session => InterestStore.ReplaceAsync(session, reader.Id, changed), stop);
        var now = (await store.FindAsync(reader.Id, stop))!;
        return await page.ShowAsync(now, link, PreferencesForm.Of(now),
            InterestsForm.Empty with { Kind = added.Kind, Wish = added.Wish }, saved ? "Saved." : null, stop);
    }, http.RequestAborted);

    private static Task<IResult> TakeBackAsync(
        string token, HttpContext http, ReaderDoor door, Database database, PreferencesPage page) =>
        door.OpenAsync(token, LinkPurpose.Preferences, async (reader, link) =>
        {
            var form = await Forms.ReadAsync(http);
            var done = long.TryParse(form["feedback"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) &&
                await database.WriteAsync(session => FeedbackStore.TakeBackAsync(session, reader.Id, id), http.RequestAborted);
            return await page.ShowAsync(reader, link, PreferencesForm.Of(reader), InterestsForm.Empty,
                done ? "Taken back." : null, http.RequestAborted);
        }, http.RequestAborted);

    private static Task<IResult> ExportAsync(string token, HttpContext http, ReaderDoor door, ReaderArchive archive) =>
        door.OpenAsync(token, LinkPurpose.Preferences, async (reader, _) =>
        {
            var data = await archive.OfAsync(reader, http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            return Results.File(JsonSerializer.SerializeToUtf8Bytes(data, Json), "application/json", "my-subscription.json");
        }, http.RequestAborted);

    /// <summary>The new links go by mail: whoever pressed the button may not be the one who reads it.</summary>
    private static Task<IResult> RevokeAsync(
        string token, HttpContext http, ReaderDoor door, SignUpFlow flow, DeliveryPump pump, Pages pages) =>
        door.OpenAsync(token, LinkPurpose.Preferences, async (reader, _) =>
        {
            await flow.RevokeLinksAsync(reader.Id, Forms.OriginOf(http, "web"), http.RequestAborted);
            pump.Wake();
            return pages.Message("No earlier link works any more",
                $"A mail with new links is on its way to {reader.MaskedAddress}.", link: ("/", "Today's papers"));
        }, http.RequestAborted);

    private static IResult ErasePage(Subscriber reader, LinkToken link, Pages pages, ReaderLinks links) => pages.Page(
        "erase", new PageHead("Erase everything", "Leave nothing behind.", null), Model.Of(
            ("address", reader.MaskedAddress),
            ("preferences_url", links.Preferences(reader, link.IssuedAt))));

    private static Task<IResult> EraseAsync(
        string token, HttpContext http, ReaderDoor door, ErasureFlow erasure, Pages pages) =>
        door.OpenAsync(token, LinkPurpose.Preferences, async (reader, _) =>
        {
            await erasure.EraseAsync(reader.Id, http.RequestAborted);
            return pages.Message("Everything is erased", "Nothing of you is left here but a keyed hash of the address, which " +
                "keeps it off later imports. Nothing more is sent to you.", link: ("/", "Today's papers"));
        }, http.RequestAborted);
}
