namespace TrendingMail.Tests.Architecture;

/// <summary>Who owns which table, and which exceptions there are.</summary>
internal static class TableOwners
{
    /// <summary>The folder of <c>src/TrendingMail</c> whose code alone writes a table.</summary>
    public static IReadOnlyDictionary<string, string> Folders { get; } = Index(
        ("Delivery", ["alerts"]),
        ("Delivery/Hold", ["delivery_hold", "digest_holds", "digest_releases"]),
        ("Delivery/Queue",
            ["mailings", "deliveries", "deliveries_legacy", "delivery_events", "delivery_events_legacy"]),
        ("Delivery/Throttling", ["throttled_domains", "paused_servers", "rate_limit_slots"]),
        ("Delivery/Throttling/WarmUp", ["warm_up_usage"]),
        ("Diagnostics/Seeds", ["seed_messages"]),
        ("Editions", ["editions", "edition_papers"]),
        ("Inbound", ["inbound_messages", "inbound_events", "bounce_scores", "auto_replies_sent"]),
        ("Inbound/Actions", ["smtp_rejection_cursor"]),
        ("Inbound/DomainReports",
            ["domain_reports", "dmarc_results", "tls_results", "reports_set_aside", "complaint_counts"]),
        ("Inbound/Webhooks", ["webhook_nonces"]),
        ("Links", ["link_keys"]),
        ("Papers", ["papers", "paper_keys", "paper_polls", "paper_search", "paper_texts", "fetches"]),
        ("Papers/Sources/Arxiv", ["arxiv_batches"]),
        ("Papers/Sources/Http", ["http_validators", "http_pauses", "request_slots"]),
        ("SignUp", ["sign_up_requests"]),
        ("SignUp/AccountLinks", ["account_link_requests"]),
        ("SignUp/Abuse", ["sign_up_blocks"]),
        ("SignUp/Abuse/Limiting", ["rate_limits", "mailbox_notices", "confirmation_slots"]),
        ("SignUp/AddressChanges", ["address_changes"]),
        ("Storage/Migrations", ["schema_versions"]),
        ("Subscribers", ["subscribers", "consent_events"]),
        ("Subscribers/Import/Persistence", ["imports"]),
        ("Subscribers/Interests", ["interests", "feedback"]),
        ("Subscribers/Retention", ["erased_addresses"]),
        ("Subscribers/Suppressions", ["suppressions"]));

    /// <summary>Subfolders that hold a part of the owner's own SQL, by the owner.</summary>
    public static IReadOnlyDictionary<string, string> Parts { get; } = new Dictionary<string, string>
    {
        ["Delivery/Queue/Dialects"] = "Delivery/Queue",
        ["Delivery/Queue/Holding"] = "Delivery/Queue",
        ["Papers/Texts"] = "Papers",
        ["Subscribers/Schedules"] = "Subscribers",
    };

    /// <summary>The tables that a folder reads although another one owns them.</summary>
    public static IReadOnlyList<CrossRead> Reads { get; } =
    [
        new("Delivery", ["delivery_hold"], "While delivery is on hold, alerts are not mailed either."),
        new("Delivery/History", ["mailings", "deliveries", "delivery_events"],
            "The history shows what the queue recorded; it changes nothing."),
        new("Delivery/Queue", ["subscribers", "suppressions"],
            "A delivery is queued and marked as sending only while its subscriber is still to be mailed: one " +
                "statement " +
            "checks and writes, so that an opt-out counts at once."),
        new("Delivery/Hold", ["mailings"], "Digests are released by the day of their mailing."),
        new("Delivery/Queue", ["delivery_hold", "digest_holds"],
            "A hold stops every claim and every message that has not begun, in the statement that would begin it."),
        new("Delivery/Throttling", ["mailings", "deliveries", "subscribers"],
            "Deliveries are counted by the domain of the subscriber's address, millions in one statement."),
        new("Delivery/Throttling/WarmUp", ["consent_events", "feedback", "bounce_scores"],
            "While a server is warmed up, the statement that queues digests ranks their subscribers by engagement."),
        new("Diagnostics/BulkSenders", ["consent_events", "deliveries"],
            "That nobody gets digests after an opt-out is a join of opt-outs and deliveries."),
        new("Diagnostics/Seeds", ["delivery_hold", "digest_holds", "digest_releases"],
            "A hold stops the messages to seed mailboxes as it stops deliveries, in the statement that begins one."),
        new("Digests/Planning", ["subscribers", "suppressions", "mailings", "deliveries"],
            "Who gets a digest is a join of who is due, who is suppressed and who has it already."),
        new("Editions", ["papers"],
            "The papers of an edition are selected by the days that have an edition."),
        new("Inbound", ["deliveries"],
            "A bounce counts against a subscriber only since the last delivery that succeeded."),
        new("Inbound/Actions", ["deliveries", "delivery_events", "address_changes"],
            "A report is resolved to its subscriber by delivery or by address, former ones included, and SMTP " +
                "rejections " +
            "are read where the queue recorded them."),
        new("Papers/Search", ["papers", "paper_search"],
            "A search joins the full-text index with the papers that it restricts and ranks."),
        new("Storage/PostgreSql", ["schema_versions"], "A backup says which schema version it has."),
        new("Storage/Sqlite", ["schema_versions"], "A backup says which schema version it has."),
        new("Subscribers", ["suppressions"], "Every query for a subscriber says whether the address is suppressed."),
        new("Subscribers/Export", ["subscribers", "suppressions", "consent_events", "interests"],
            "An export reads everything of thousands of subscribers with one statement a table."),
        new("Subscribers/Import/Persistence", ["subscribers", "suppressions"],
            "An import looks up the addresses of many lines at once, and keeps its statements prepared."),
    ];

    /// <summary>Triggers on one folder's table that write another's.</summary>
    public static IReadOnlyList<CrossTrigger> Triggers { get; } =
    [
        new("subscribers", "deliveries",
            "In place of ON DELETE CASCADE: PostgreSQL would check a foreign key for every delivery that is queued."),
    ];

    /// <summary>Files whose SQL names tables that are not known before it runs.</summary>
    public static IReadOnlyList<ComputedTable> Computed { get; } =
    [
        new("Delivery/Queue/Dialects/PostgreSqlQueueDialect.cs", "It counts and drops partitions of deliveries."),
        new("Storage/PostgreSql/PostgreSqlBackup.cs", "It counts and hashes the rows of every table."),
        new("Storage/Sqlite/SqliteBackup.cs", "It hashes the rows of every table, and advances every sequence."),
        new("Storage/Copying/DatabaseCopy.cs", "It copies every table to an empty database that nobody uses yet."),
        new("Storage/Copying/TableDefinition.cs", "It reads every table for the copy."),
        new("Storage/IDialect.cs", "It inserts rows for a caller that names the table."),
        new("Storage/PostgreSql/PostgreSqlDialect.cs", "It inserts rows for a caller that names the table."),
        new("Storage/Session.cs", "It inserts rows for a caller that names the table."),
        new("Storage/TableRows.cs", "It inserts rows for the owner that defines them."),
    ];

    private static Dictionary<string, string> Index(params (string Folder, string[] Tables)[] owners) => owners
        .SelectMany(owner => owner.Tables.Select(table => (table, owner.Folder)))
        .ToDictionary(pair => pair.table, pair => pair.Folder);

    internal sealed record CrossRead(string Folder, string[] Tables, string Reason);

    internal sealed record CrossTrigger(string Table, string Writes, string Reason);

    internal sealed record ComputedTable(string File, string Reason);
}
