-- What other mail servers report about our domains: DMARC aggregate reports and SMTP TLS reports. "total" counts
-- messages or sessions.
CREATE TABLE domain_reports (
    id               INTEGER PRIMARY KEY,
    kind             TEXT    NOT NULL CHECK (kind IN ('dmarc', 'tls')),
    organization     TEXT    NOT NULL,
    report_id        TEXT    NOT NULL,
    domain           TEXT    NOT NULL,
    day              TEXT    NOT NULL,
    begin_at         INTEGER NOT NULL,
    end_at           INTEGER NOT NULL,
    received_at      INTEGER NOT NULL,
    sender_domain    TEXT    NOT NULL,
    is_authenticated INTEGER NOT NULL,
    total            INTEGER NOT NULL,
    skipped_records  INTEGER NOT NULL,
    UNIQUE (kind, organization, report_id, domain)
) STRICT;

CREATE INDEX domain_reports_by_day ON domain_reports (day, domain);
CREATE INDEX domain_reports_by_receipt ON domain_reports (received_at);

-- The messages of a DMARC report. "source" is empty for the sources that were too many to keep.
CREATE TABLE dmarc_results (
    domain_report_id INTEGER NOT NULL REFERENCES domain_reports (id) ON DELETE CASCADE,
    source           TEXT    NOT NULL,
    domain           TEXT    NOT NULL,
    disposition      TEXT    NOT NULL,
    dkim             TEXT    NOT NULL,
    spf              TEXT    NOT NULL,
    origin           TEXT    NOT NULL CHECK (origin IN ('own_signature', 'forwarded', 'other')),
    day              TEXT    NOT NULL,
    messages         INTEGER NOT NULL,
    PRIMARY KEY (domain_report_id, source, domain, disposition, dkim, spf, origin)
) STRICT, WITHOUT ROWID;

CREATE INDEX dmarc_results_by_day ON dmarc_results (day);
CREATE INDEX dmarc_results_by_source ON dmarc_results (source, day);

-- The sessions of a TLS report: with an empty "result" all of a policy, else the failures for one reason.
CREATE TABLE tls_results (
    domain_report_id INTEGER NOT NULL REFERENCES domain_reports (id) ON DELETE CASCADE,
    domain           TEXT    NOT NULL,
    policy_type      TEXT    NOT NULL,
    result           TEXT    NOT NULL,
    mail_server      TEXT    NOT NULL,
    day              TEXT    NOT NULL,
    successful       INTEGER NOT NULL,
    failed           INTEGER NOT NULL,
    PRIMARY KEY (domain_report_id, domain, policy_type, result, mail_server)
) STRICT, WITHOUT ROWID;

CREATE INDEX tls_results_by_day ON tls_results (day);

-- Reports that were not counted.
CREATE TABLE reports_set_aside (
    id               INTEGER PRIMARY KEY,
    received_at      INTEGER NOT NULL,
    sender_domain    TEXT    NOT NULL,
    is_authenticated INTEGER NOT NULL,
    file_name        TEXT    NOT NULL,
    problem          TEXT    NOT NULL
) STRICT;

CREATE INDEX reports_set_aside_by_receipt ON reports_set_aside (received_at);

-- Complaints and other feedback reports, by day, reporter and domain.
CREATE TABLE complaint_counts (
    day        TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    domain     TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    complaints INTEGER NOT NULL,
    PRIMARY KEY (day, source, domain, type)
) STRICT, WITHOUT ROWID;
