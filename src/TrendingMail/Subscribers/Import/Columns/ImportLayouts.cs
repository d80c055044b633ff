using System.Collections.Frozen;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import.Columns;

/// <summary>The exports that are recognized by their columns.</summary>
internal static class ImportLayouts
{
    public const string Own = "own";

    public const string Plain = "plain";

    public const string Mailchimp = "mailchimp";

    private static readonly (string, ImportField)[] OwnColumns =
        [.. Enum.GetValues<ImportField>().Select(field => (field.ToColumn(), field))];

    /// <summary>States of a paid subscription at Buttondown: all of these people receive mail.</summary>
    private static readonly string[] PaidStates =
        ["regular", "premium", "trialed", "unpaid", "gifted", "churning", "churned", "paused", "past_due"];

    private static readonly ImportLayout[] All =
    [
        ImportLayout.Create(Own, [["email", "state", "frequency", "consent"]], OwnColumns),
        ImportLayout.Create(Mailchimp,
            [["Email Address", "LEID"], ["Email Address", "OPTIN_TIME"], ["Email Address", "MEMBER_RATING"]],
            [
                ("Email Address", ImportField.Email), ("OPTIN_TIME", ImportField.CreatedAt),
                ("OPTIN_IP", ImportField.ConsentIp), ("CONFIRM_TIME", ImportField.ConsentAt),
                ("CONFIRM_IP", ImportField.ConsentIp), ("TIMEZONE", ImportField.TimeZone),
                ("UNSUB_TIME", ImportField.UnsubscribedAt), ("CLEAN_TIME", ImportField.CleanedAt),
            ],
            "UNSUB_REASON", "UNSUB_REASON_OTHER", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "CLEAN_CAMPAIGN_TITLE",
            "CLEAN_CAMPAIGN_ID"),
        ImportLayout.Create("listmonk", [["uuid", "email", "attributes", "status"]],
            [("email", ImportField.Email), ("status", ImportField.State), ("created_at", ImportField.CreatedAt)]),
        ImportLayout.Create("ghost", [["email", "subscribed_to_emails"]],
            [
                ("email", ImportField.Email), ("subscribed_to_emails", ImportField.OptedIn),
                ("created_at", ImportField.CreatedAt), ("deleted_at", ImportField.UnsubscribedAt),
            ]),
        ImportLayout.Create("keila", [["Email", "First name", "Last name", "Data", "Status"]],
            [("Email", ImportField.Email), ("Status", ImportField.State)]),
        PhpList(),
        ImportLayout.Create("substack",
            [["email", "active_subscription", "email_disabled"], ["email", "active_subscription", "expiry"]],
            [
                ("email", ImportField.Email), ("email_disabled", ImportField.OptedOut),
                ("created_at", ImportField.CreatedAt),
            ],
            // A paid subscription, not the subscription to mail.
            "active_subscription"),
        ImportLayout.Create("mailtrain", [["cid", "status", "EMAIL"]],
            [("EMAIL", ImportField.Email), ("status", ImportField.State)]),
        ImportLayout.Create("sendy",
            [["Email", "Status", "Joined", "Last activity"], ["Email", "Status", "Signed up from"]],
            [
                ("Email", ImportField.Email), ("Status", ImportField.State), ("Joined", ImportField.CreatedAt),
                ("IP address", ImportField.ConsentIp),
            ],
            "Opt-in method", "GDPR") with { TimeFormats = ["yyyy/MM/dd, hh:mmtt"] },
        ImportLayout.Create("brevo",
            [
                ["EMAIL", "ADDED_TIME"], ["EMAIL", "MODIFIED_TIME"], ["EMAIL", "EMAIL_BLACKLISTED"],
                ["EMAIL", "DOUBLE_OPT-IN"],
            ],
            [
                ("EMAIL", ImportField.Email), ("ADDED_TIME", ImportField.CreatedAt),
                ("EMAIL_BLACKLISTED", ImportField.OptedOut), ("EMAIL_BLACKLIST", ImportField.OptedOut),
                ("BLACKLISTED", ImportField.OptedOut), ("BLACKLIST", ImportField.OptedOut),
                ("EMAIL_BLOCKLISTED", ImportField.OptedOut), ("EMAIL_MARKETING", ImportField.State),
                ("EMAIL_SUBSCRIPTION", ImportField.State), ("SUBSCRIPTION_STATUS", ImportField.State),
            ],
            "DOUBLE_OPT-IN", "OPT_IN", "SMS_BLACKLISTED", "SMS_BLOCKLISTED", "SMS_MARKETING",
            "WHATSAPP_BLACKLISTED") with
            {
                TimeFormats = ["dd-MM-yyyy HH:mm", "dd-MM-yyyy HH:mm:ss", "dd-MM-yyyy"],
            },
        ImportLayout.Create("billionmail", [["email", "attributes", "active", "create_time"]],
            [
                ("email", ImportField.Email), ("active", ImportField.OptedIn), ("create_time", ImportField.CreatedAt),
            ]),
        Buttondown(),
    ];

    /// <summary>
    /// Finds the layout of a list by its columns: that of a product, or a plain list in our own words.
    /// </summary>
    public static ImportLayout Find(IReadOnlySet<string> names) =>
        Array.Find(All, layout => layout.Matches(names)) ?? ImportLayout.Create(Plain, [], OwnColumns);

    /// <summary>phpList's export names a column by its label; that of phpList 4 by its field.</summary>
    private static ImportLayout PhpList() => ImportLayout.Create("phplist",
        [
            ["Email", "Is this subscriber blacklisted"], ["Email", "Is this user blacklisted"],
            ["email", "confirmed", "blacklisted"], ["Email", "List Membership"],
        ],
        [
            ("Email", ImportField.Email), ("Entered", ImportField.CreatedAt),
            ("Is this subscriber confirmed", ImportField.Confirmed), ("Is this user confirmed", ImportField.Confirmed),
            ("confirmed", ImportField.Confirmed),

            // Leaving a phpList installation puts the address on its blacklist.
            ("Is this subscriber blacklisted", ImportField.OptedOut),
            ("Is this user blacklisted", ImportField.OptedOut),
            ("blacklisted", ImportField.OptedOut), ("Is this account disabled?", ImportField.OptedOut),
            ("disabled", ImportField.OptedOut),
        ],
        "Did this subscriber manually confirm", "Did this user manually confirm", "Number of bounces", "bouncecount",
        "optedin", "subscribepage");

    private static ImportLayout Buttondown() => ImportLayout.Create("buttondown",
        [
            ["email", "subscriber_type"], ["email_address", "subscriber_type"],
            ["email_address", "type", "creation_date"],
            ["email", "type", "creation_date"],
        ],
        [
            ("email", ImportField.Email), ("email_address", ImportField.Email), ("type", ImportField.State),
            ("subscriber_type", ImportField.State), ("creation_date", ImportField.CreatedAt),
            ("ip_address", ImportField.ConsentIp), ("unsubscription_date", ImportField.UnsubscribedAt),
        ],
        "unsubscription_reason", "undeliverability_reason") with
    {
        States = PaidStates.ToFrozenDictionary(
            state => state, _ => SubscriberState.Active, StringComparer.OrdinalIgnoreCase),
    };
}
