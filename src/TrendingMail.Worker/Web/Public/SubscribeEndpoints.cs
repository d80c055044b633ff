using TrendingMail.Editions;
using TrendingMail.SignUp;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers;
using TrendingMail.Templates;
using TrendingMail.Worker.Hosting;
using TrendingMail.Worker.Web.Subscribers;

namespace TrendingMail.Worker.Web.Public;

/// <summary>
/// The sign-up form. The response depends on the form and the rate limits, never on what is known about the address:
/// the address is only looked up after the response has been sent.
/// </summary>
internal static class SubscribeEndpoints
{
    public static void MapSubscribeEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/subscribe", (PageRenderer renderer) => FormPage(renderer, new FormValues("", ""), null, null));
        app.MapPost("/subscribe", SubscribeAsync).RequireRateLimiting(RateLimits.SignUp);
    }

    private static async Task<IResult> SubscribeAsync(
        HttpContext http, SignUpRequestQueue requests, SignUpWorker worker, SignUpValidator validator, DigestOptions digest, PageRenderer renderer)
    {
        var form = await FormReader.ReadAsync(http);
        var formValues = new FormValues(form["email"].ToString().Trim(), form["time_zone"].ToString());
        switch (await validator.ValidateAsync(formValues.Email, form["website"], form["form_token"], form["proof_of_work"], http.RequestAborted))
        {
            case AddressDecision.Rejected rejected:
                return FormPage(renderer, formValues, "Please check the address", rejected.Reason, StatusCodes.Status400BadRequest);
            case FormDecision.Retry retry:
                return FormPage(renderer, formValues, "Please press the button again", retry.Reason);
            case AddressDecision.RateLimited rateLimited:
                using (rateLimited.Lease)
                {
                    return RateLimits.TooManyRequests(http, rateLimited.Lease);
                }

            case AddressDecision.Accepted accepted:
                // The browser supplies the time zone; an unknown one is not the person's fault.
                var chosen = PreferencesForm.Read(
                    name => name == "time_zone" && !PreferencesForm.IsTimeZone(formValues.TimeZone) ? null : form[name].ToString(),
                    PreferencesForm.From(DefaultPreferences.From(digest)));
                if (!chosen.TryValidate(DateOnly.MinValue, out var preferences, out _))
                {
                    return FormPage(renderer, formValues, "Please check your choices", chosen.Errors[0].Message,
                        StatusCodes.Status400BadRequest);
                }

                var consentOrigin = FormReader.GetOrigin(http, "web") with { ConsentText = renderer.Consent };
                await requests.EnqueueAsync(accepted.Address, preferences, consentOrigin, http.RequestAborted);
                worker.Wake();
                return CheckInboxPage(renderer, formValues, accepted.Suggestion);
            default:
                // A client that filled in the honeypot gets the usual response.
                return CheckInboxPage(renderer, formValues, null);
        }
    }

    private static IResult CheckInboxPage(PageRenderer renderer, FormValues formValues, EmailAddress? suggestion) => renderer.RenderPage(
        "subscribed", new PageMetadata("Check your inbox", "We sent you a confirmation link.", null), TemplateModel.Create(
            ("suggestion", suggestion?.Value),
            ("time_zone", formValues.TimeZone)), StatusCodes.Status202Accepted);

    private static IResult FormPage(
        PageRenderer renderer, FormValues formValues, string? heading, string? reason, int status = StatusCodes.Status200OK) => renderer.RenderPage(
        "subscribe", new PageMetadata(heading ?? "Subscribe", "The day's trending papers by email.", null), TemplateModel.Create(
            ("heading", heading ?? "Subscribe"),
            ("reason", reason),
            ("email", formValues.Email),
            ("time_zone", formValues.TimeZone),
            ("is_error", status != StatusCodes.Status200OK)), status);

    /// <summary>The values as entered, to be shown again.</summary>
    private sealed record FormValues(string Email, string TimeZone);
}
