using TrendingMail.Rendering;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>The page on which a reader sees and changes everything.</summary>
internal sealed class PreferencesPage(Pages pages, ReaderLinks links, TimeProvider clock)
{
    private static readonly string[] Zones =
    [
        .. TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.HasIanaId).Select(zone => zone.Id)
            .Append("UTC").Distinct().Order(StringComparer.Ordinal),
    ];

    public IResult Show(
        Subscriber reader, LinkToken link, PreferencesForm form, bool saved, int status = StatusCodes.Status200OK) =>
        pages.Page("preferences", new PageHead("Your preferences", "What comes, when and how.", null), Model.Of(
            ("address", reader.MaskedAddress),
            ("state", reader.State.ToColumn()),
            ("saved", saved),
            ("errors", Model.List(form.Errors.Select(e => Model.Of(("field", e.Field), ("message", e.Message))))),
            ("next_digest", reader.NextDueAt is { } due
                ? ScheduleText.When(due, clock.GetUtcNow(), reader.Preferences)
                : null),
            ("prefs", Model.Of(
                ("frequency", form.Frequency),
                ("weekday", form.Weekday),
                ("time", form.Time),
                ("time_zone", form.TimeZone),
                ("papers", form.Papers),
                ("format", form.Format),
                ("paused_until", form.PausedUntil))),
            ("zones", Model.List(Zones)),
            ("unsubscribe_url", links.Unsubscribe(reader, link.IssuedAt))), status);
}
