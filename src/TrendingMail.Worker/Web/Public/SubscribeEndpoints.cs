using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Templates;
using TrendingMail.Worker.Web.Operations;

namespace TrendingMail.Worker.Web.Public;

/// <summary>
/// The sign-up form. The response depends on the form and the rate limits, never on what is known about the address:
/// the address is only looked up after the response has been sent.
/// </summary>
internal static class SubscribeEndpoints
{
    private static readonly SignUpForm EmptyForm = new("", PreferencesForm.Read(_ => null));

    public static void MapSubscribeEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/subscribe", (PageRenderer renderer) => FormPage(renderer, EmptyForm, null, null));
        app.MapPost("/subscribe", SubscribeAsync).RequireRateLimiting(RateLimits.SignUp);
    }

    private static async Task<IResult> SubscribeAsync(
        HttpContext http, SignUpService signUp, PageRenderer renderer, OutboxLocation outbox,
        CrossSiteForms crossSite)
    {
        var fields = await FormReader.ReadAsync(http);
        var choices = PreferencesForm.Read(name => fields[name]);
        var form = new SignUpForm(fields["email"].ToString().Trim(), choices with
        {
            Language = renderer.FindLanguageTag(choices.Language),
        })
        {
            Honeypot = fields["website"],
            FormToken = fields["form_token"],
            ProofOfWork = fields["proof_of_work"],
            AcceptsSharedMailbox = fields["shared_mailbox"] == "yes",
            HasDetectedTimeZone = true,
        };
        if (!crossSite.IsAllowed(http.Request))
        {
            return FormPage(renderer, form, renderer.Text("web.form.press_again"),
                "The form was on another site, which may not sign up addresses here. Please send this one.");
        }

        var consentOrigin = FormReader.GetOrigin(http, "web") with { ConsentText = renderer.Consent };
        switch (await signUp.RequestAsync(form, consentOrigin, http.RequestAborted))
        {
            case SignUpResult.AddressRejected rejected:
                return FormPage(renderer, form, renderer.Text("web.form.check_address"), rejected.Reason,
                    StatusCodes.Status400BadRequest);
            case SignUpResult.SharedMailbox shared:
                return FormPage(
                    renderer, form, renderer.Text("web.form.shared_title"), shared.Question, asksShared: true);
            case SignUpResult.Suspicious suspicious:
                return FormPage(renderer, form, renderer.Text("web.form.press_again"), suspicious.Reason);
            case SignUpResult.PreferencesRejected { Errors: [var error, ..] }:
                return FormPage(renderer, form, renderer.Text("web.form.check_choices"), error.Message,
                    StatusCodes.Status400BadRequest);
            case SignUpResult.RateLimited rateLimited:
                using (rateLimited.Lease)
                {
                    return RateLimits.TooManyRequests(http, rateLimited.Lease);
                }

            case SignUpResult.Accepted accepted:
                return CheckInboxPage(renderer, form, accepted.Suggestion, outbox.Url);
            case var other:
                throw new InvalidOperationException($"Unknown result {other}.");
        }
    }

    private static IResult CheckInboxPage(
        PageRenderer renderer, SignUpForm form, EmailAddress? suggestion, string? outboxUrl) => renderer.RenderPage(
        "subscribed",
        new PageMetadata(renderer.Text("web.inbox.heading"), renderer.Text("web.inbox.description"), null),
        TemplateModel.Create(
            ("email", form.Email),
            ("suggestion", suggestion?.Value),
            ("outbox_url", outboxUrl),
            ("time_zone", form.Preferences.TimeZone)), StatusCodes.Status202Accepted);

    private static IResult FormPage(
        PageRenderer renderer, SignUpForm form, string? heading, string? reason,
        int status = StatusCodes.Status200OK, bool asksShared = false) => renderer.RenderPage(
        "subscribe",
        new PageMetadata(heading ?? renderer.Text("web.form.title"), renderer.Text("web.form.description"), null),
        TemplateModel.Create(
            ("heading", heading ?? renderer.Text("web.form.title")),
            ("reason", reason is null ? null : renderer.Language.Sentence(reason)),
            ("email", form.Email),
            ("time_zone", form.Preferences.TimeZone),
            ("shared_mailbox", asksShared || form.AcceptsSharedMailbox),
            ("is_error", status != StatusCodes.Status200OK)), status);
}
