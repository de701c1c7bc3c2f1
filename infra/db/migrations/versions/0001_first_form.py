"""The first form of the read model."""

from typing import Final

from alembic import op

revision: Final = "0001"
down_revision: Final = None

_TABLES: Final = """
CREATE TABLE model (
  id BIGINT NOT NULL,
  log_id VARCHAR(64) DEFAULT '' NOT NULL,
  revision BIGINT DEFAULT '0' NOT NULL,
  generation BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE positions (
  topic VARCHAR(96) NOT NULL,
  partition BIGINT NOT NULL,
  "offset" BIGINT DEFAULT '0' NOT NULL,
  hash VARCHAR(64) DEFAULT '' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (topic, partition)
);
CREATE TABLE biddings (
  bidding_id VARCHAR(96) NOT NULL,
  lot TEXT DEFAULT '' NOT NULL,
  mode VARCHAR(64) DEFAULT '' NOT NULL,
  profile VARCHAR(64) DEFAULT '' NOT NULL,
  phase VARCHAR(64) DEFAULT '' NOT NULL,
  phase_before VARCHAR(64) DEFAULT '' NOT NULL,
  opens_at_ms BIGINT DEFAULT '0' NOT NULL,
  ends_at_ms BIGINT,
  price_fen BIGINT,
  leader VARCHAR(64) DEFAULT '' NOT NULL,
  bids_count BIGINT DEFAULT '0' NOT NULL,
  extension_ms BIGINT DEFAULT '0' NOT NULL,
  public_delay_ms BIGINT DEFAULT '0' NOT NULL,
  limited_at_ms BIGINT,
  reserve VARCHAR(64) DEFAULT '' NOT NULL,
  terms TEXT DEFAULT '' NOT NULL,
  raised INTEGER DEFAULT '0' NOT NULL,
  suspended_reason TEXT DEFAULT '' NOT NULL,
  suspended_at_ms BIGINT,
  resumes_at_ms BIGINT,
  closed_at_ms BIGINT,
  outcome VARCHAR(64) DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  winner VARCHAR(64) DEFAULT '' NOT NULL,
  result_price_fen BIGINT,
  deal_no VARCHAR(64) DEFAULT '' NOT NULL,
  halted INTEGER DEFAULT '0' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  public_seq BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (bidding_id)
);
CREATE INDEX biddings_by_close ON biddings (closed_at_ms);
CREATE INDEX biddings_by_phase ON biddings (phase, opens_at_ms);
CREATE TABLE bidders (
  bidding_id VARCHAR(96) NOT NULL,
  number VARCHAR(96) NOT NULL,
  priority_rank BIGINT,
  exclusion_group VARCHAR(64) DEFAULT '' NOT NULL,
  is_excluded INTEGER DEFAULT '0' NOT NULL,
  exclusion_reason TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (bidding_id, number)
);
CREATE TABLE bids (
  bidding_id VARCHAR(96) NOT NULL,
  seq BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  number VARCHAR(64) DEFAULT '' NOT NULL,
  amount_fen BIGINT DEFAULT '0' NOT NULL,
  kind VARCHAR(64) DEFAULT '' NOT NULL,
  is_proxy INTEGER DEFAULT '0' NOT NULL,
  void_code VARCHAR(64) DEFAULT '' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  ends_at_ms BIGINT,
  public_seq BIGINT DEFAULT '0' NOT NULL,
  partition BIGINT DEFAULT '0' NOT NULL,
  decision_offset BIGINT DEFAULT '0' NOT NULL,
  decision_hash VARCHAR(64) DEFAULT '' NOT NULL,
  PRIMARY KEY (bidding_id, seq, ordinal)
);
CREATE TABLE receipts (
  partition BIGINT NOT NULL,
  decision_offset BIGINT NOT NULL,
  decision_hash VARCHAR(64) DEFAULT '' NOT NULL,
  command_offset BIGINT DEFAULT '0' NOT NULL,
  command_id VARCHAR(64) DEFAULT '' NOT NULL,
  bidding_id VARCHAR(96) DEFAULT '' NOT NULL,
  number VARCHAR(64) DEFAULT '' NOT NULL,
  type VARCHAR(64) DEFAULT '' NOT NULL,
  outcome VARCHAR(64) DEFAULT '' NOT NULL,
  code VARCHAR(64) DEFAULT '' NOT NULL,
  params TEXT DEFAULT '' NOT NULL,
  amount_fen BIGINT,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (partition, decision_offset)
);
CREATE INDEX receipts_of_bidder ON receipts (bidding_id, number);
CREATE TABLE notices (
  notice_id VARCHAR(96) NOT NULL,
  audience VARCHAR(96) DEFAULT '' NOT NULL,
  code VARCHAR(64) DEFAULT '' NOT NULL,
  params TEXT DEFAULT '' NOT NULL,
  priority VARCHAR(64) DEFAULT '' NOT NULL,
  root VARCHAR(96) DEFAULT '' NOT NULL,
  fallback_due INTEGER DEFAULT '0' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  partition BIGINT DEFAULT '0' NOT NULL,
  "offset" BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (notice_id)
);
CREATE INDEX notices_by_audience ON notices (audience, at_ms);
CREATE TABLE sessions (
  session_id VARCHAR(96) NOT NULL,
  title TEXT DEFAULT '' NOT NULL,
  field VARCHAR(64) DEFAULT '' NOT NULL,
  place TEXT DEFAULT '' NOT NULL,
  stream_url TEXT DEFAULT '' NOT NULL,
  access VARCHAR(64) DEFAULT '' NOT NULL,
  profile VARCHAR(64) DEFAULT '' NOT NULL,
  phase VARCHAR(64) DEFAULT '' NOT NULL,
  starts_at_ms BIGINT DEFAULT '0' NOT NULL,
  capacity BIGINT DEFAULT '0' NOT NULL,
  is_recorded INTEGER DEFAULT '0' NOT NULL,
  sponsors TEXT DEFAULT '' NOT NULL,
  hosts TEXT DEFAULT '' NOT NULL,
  replay_url TEXT DEFAULT '' NOT NULL,
  interests_count BIGINT,
  questions_count BIGINT,
  deals_count BIGINT,
  published_at_ms BIGINT,
  live_at_ms BIGINT,
  ended_at_ms BIGINT,
  reason TEXT DEFAULT '' NOT NULL,
  active_item_id VARCHAR(96) DEFAULT '' NOT NULL,
  attendees_count BIGINT DEFAULT '0' NOT NULL,
  halted INTEGER DEFAULT '0' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  public_seq BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (session_id)
);
CREATE INDEX sessions_by_phase ON sessions (phase, starts_at_ms);
CREATE TABLE agenda_items (
  session_id VARCHAR(96) NOT NULL,
  item_id VARCHAR(96) NOT NULL,
  position BIGINT DEFAULT '0' NOT NULL,
  card_id VARCHAR(96) DEFAULT '' NOT NULL,
  title TEXT DEFAULT '' NOT NULL,
  summary TEXT DEFAULT '' NOT NULL,
  presenter TEXT DEFAULT '' NOT NULL,
  org TEXT DEFAULT '' NOT NULL,
  holder_org VARCHAR(96) DEFAULT '' NOT NULL,
  trl BIGINT,
  ip TEXT DEFAULT '' NOT NULL,
  offer_kind VARCHAR(64) DEFAULT '' NOT NULL,
  phase VARCHAR(64) DEFAULT '' NOT NULL,
  planned_at_ms BIGINT,
  start_price_fen BIGINT,
  bidding_id VARCHAR(96) DEFAULT '' NOT NULL,
  bidding_refusal VARCHAR(64) DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  result TEXT DEFAULT '' NOT NULL,
  score_hundredths BIGINT,
  is_revealed INTEGER DEFAULT '0' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (session_id, item_id)
);
CREATE TABLE attendees (
  session_id VARCHAR(96) NOT NULL,
  account_id VARCHAR(96) NOT NULL,
  code VARCHAR(64) DEFAULT '' NOT NULL,
  registered_at_ms BIGINT,
  checked_in_at_ms BIGINT,
  PRIMARY KEY (session_id, account_id)
);
CREATE TABLE questions (
  session_id VARCHAR(96) NOT NULL,
  question_id VARCHAR(96) NOT NULL,
  item_id VARCHAR(96) DEFAULT '' NOT NULL,
  account_id VARCHAR(96) DEFAULT '' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  answer TEXT DEFAULT '' NOT NULL,
  merged_into VARCHAR(96) DEFAULT '' NOT NULL,
  is_private INTEGER DEFAULT '0' NOT NULL,
  phase VARCHAR(64) DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  upvotes BIGINT DEFAULT '0' NOT NULL,
  asked_at_ms BIGINT DEFAULT '0' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (session_id, question_id)
);
CREATE TABLE interests (
  session_id VARCHAR(96) NOT NULL,
  interest_id VARCHAR(96) NOT NULL,
  item_id VARCHAR(96) DEFAULT '' NOT NULL,
  account_id VARCHAR(96) DEFAULT '' NOT NULL,
  kind VARCHAR(64) DEFAULT '' NOT NULL,
  amount_from_fen BIGINT,
  amount_to_fen BIGINT,
  wish TEXT DEFAULT '' NOT NULL,
  message TEXT DEFAULT '' NOT NULL,
  contact VARCHAR(64) DEFAULT '' NOT NULL,
  nda_wished INTEGER DEFAULT '0' NOT NULL,
  phase VARCHAR(64) DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  converted_into VARCHAR(64) DEFAULT '' NOT NULL,
  reference_id VARCHAR(96) DEFAULT '' NOT NULL,
  next_action_at_ms BIGINT,
  registered_at_ms BIGINT DEFAULT '0' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  partition BIGINT DEFAULT '0' NOT NULL,
  decision_offset BIGINT DEFAULT '0' NOT NULL,
  decision_hash VARCHAR(64) DEFAULT '' NOT NULL,
  PRIMARY KEY (session_id, interest_id)
);
CREATE INDEX interests_of_account ON interests (account_id);
CREATE TABLE people (
  account_id VARCHAR(96) NOT NULL,
  is_banned INTEGER DEFAULT '0' NOT NULL,
  revoked_before_ms BIGINT DEFAULT '0' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (account_id)
);
CREATE TABLE person_roles (
  account_id VARCHAR(96) NOT NULL,
  role VARCHAR(96) NOT NULL,
  granted_by VARCHAR(64) DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (account_id, role)
);
CREATE TABLE numbers (
  account_id VARCHAR(96) NOT NULL,
  bidding_id VARCHAR(96) NOT NULL,
  number VARCHAR(64) DEFAULT '' NOT NULL,
  org_id VARCHAR(96) DEFAULT '' NOT NULL,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  withdrawn_at_ms BIGINT,
  PRIMARY KEY (account_id, bidding_id)
);
CREATE INDEX numbers_by_bidding ON numbers (bidding_id);
CREATE TABLE cards (
  card_id VARCHAR(96) NOT NULL,
  title TEXT DEFAULT '' NOT NULL,
  problem TEXT DEFAULT '' NOT NULL,
  principle TEXT DEFAULT '' NOT NULL,
  field VARCHAR(64) DEFAULT '' NOT NULL,
  holder VARCHAR(96) DEFAULT '' NOT NULL,
  broker VARCHAR(96) DEFAULT '' NOT NULL,
  trl BIGINT DEFAULT '0' NOT NULL,
  innovation_level BIGINT,
  ip TEXT DEFAULT '' NOT NULL,
  offer TEXT DEFAULT '' NOT NULL,
  price_idea_fen BIGINT,
  phase VARCHAR(64) DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  source VARCHAR(64) DEFAULT '' NOT NULL,
  evidence TEXT DEFAULT '' NOT NULL,
  session_id VARCHAR(96) DEFAULT '' NOT NULL,
  reference_id VARCHAR(96) DEFAULT '' NOT NULL,
  published_at_ms BIGINT,
  valid_until_ms BIGINT,
  at_ms BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (card_id)
);
CREATE INDEX cards_by_phase ON cards (phase, published_at_ms);
"""


def upgrade() -> None:
    """Make the tables."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
