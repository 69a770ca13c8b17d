-- Whom to tell each day what will be deleted, and that they were told.

alter table agency add column contact_email text not null default '' check (contact_email = '' or contact_email ~ '^[^[:space:]@]+@[^[:space:]@]+$');

create table digest_mail (
  agency_id  int not null references agency,
  day        date not null,                                       -- in the zone of papers
  attempts   int not null default 0,
  next_at    timestamptz not null,                                -- not tried again before
  sent_at    timestamptz,                                         -- the server took it
  last_error text not null default '',
  primary key (agency_id, day)
);
