-- Anyone can send reports that cannot be verified, so only the days with a verified bounce suppress an address. Bounces
-- counted so far start anew.
ALTER TABLE bounce_scores ADD COLUMN verified_score BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bounce_scores ADD COLUMN verified_at BIGINT;
