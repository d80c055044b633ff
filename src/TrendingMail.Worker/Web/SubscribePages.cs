using TrendingMail.Editions;
using TrendingMail.Rendering;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Worker.Web;

/// <summary>
/// Subscribing by the form. What the answer says depends on the form and on how often it came, never on what is known
/// about the address: that is looked at after the answer has left.
/// </summary>
internal static class SubscribePages
{
    public static void MapSubscribePages(this IEndpointRouteBuilder app)
    {
        app.MapPage("/subscribe", (Pages pages) => FormPage(pages, new Entry("", ""), null, null));
        app.MapPost("/subscribe", SubscribeAsync).RequireRateLimiting(RateLimits.SignUp);
    }

    private static async Task<IResult> SubscribeAsync(
        HttpContext http, SignUpRequests requests, SignUpWorker worker, SignUpGate gate, DigestOptions digest, Pages pages)
    {
        var form = await Forms.ReadAsync(http);
        var entry = new Entry(form["email"].ToString().Trim(), form["time_zone"].ToString());
        switch (await gate.JudgeAsync(entry.Email, form["website"], form["stamp"], form["work"], http.RequestAborted))
        {
            case AddressVerdict.Refused refused:
                return FormPage(pages, entry, "Please look at the address", refused.Reason, StatusCodes.Status400BadRequest);
            case FormVerdict.Again again:
                return FormPage(pages, entry, "Please press the button once more", again.Reason);
            case AddressVerdict.TooMany tooMany:
                using (tooMany.Lease)
                {
                    return RateLimits.TooMany(http, tooMany.Lease);
                }

            case AddressVerdict.Welcome welcome:
                // The zone is the browser's guess: one that is not known here is no fault of the person.
                var chosen = PreferencesForm.Read(
                    name => name == "time_zone" && !PreferencesForm.IsZone(entry.TimeZone) ? null : form[name].ToString(),
                    PreferencesForm.Of(DefaultPreferences.Of(digest)));
                if (!chosen.TryAccept(DateOnly.MinValue, out var preferences, out _))
                {
                    return FormPage(pages, entry, "Please look at your choice", chosen.Errors[0].Message,
                        StatusCodes.Status400BadRequest);
                }

                var origin = Forms.OriginOf(http, "web") with { Wording = pages.Consent };
                await requests.AskAsync(welcome.Address, preferences, origin, http.RequestAborted);
                worker.Wake();
                return Thanks(pages, entry, welcome.Meant);
            default:
                // A program that fell into the trap is told nothing.
                return Thanks(pages, entry, null);
        }
    }

    private static IResult Thanks(Pages pages, Entry entry, EmailAddress? meant) => pages.Page(
        "subscribed", new PageHead("Check your inbox", "A mail with a link is on its way.", null), Model.Of(
            ("meant", meant?.Value),
            ("time_zone", entry.TimeZone)), StatusCodes.Status202Accepted);

    private static IResult FormPage(
        Pages pages, Entry entry, string? heading, string? reason, int status = StatusCodes.Status200OK) => pages.Page(
        "subscribe", new PageHead(heading ?? "Subscribe", "The day's trending papers by email.", null), Model.Of(
            ("heading", heading ?? "Subscribe"),
            ("reason", reason),
            ("email", entry.Email),
            ("time_zone", entry.TimeZone),
            ("is_fault", status != StatusCodes.Status200OK)), status);

    /// <summary>What was typed, right or wrong, to be shown again.</summary>
    private sealed record Entry(string Email, string TimeZone);
}
