-- Footage that is still on a recorder's spool can be asked for: docs/howto/record-a-site.md.

-- Who asked for the footage of a span that had not arrived. Append-only.
create table footage_request (
  request_id  int generated always as identity primary key,
  camera_id   int not null references camera,
  from_at     timestamptz not null,
  to_at       timestamptz not null check (to_at > from_at),
  reason      text not null default '',
  person      text not null check (person <> ''),
  asked_at    timestamptz not null,
  expires_at  timestamptz not null                                -- from then on its footage waits like any other
);
create index footage_request_camera on footage_request (camera_id, expires_at);-- fetching.wanted

create function ask_recorders() returns trigger language plpgsql as $$
begin
  perform pg_notify('saksi_fetch', '');
  return null;
end $$;
create trigger footage_request_is_told after insert on footage_request for each statement execute function ask_recorders();
create trigger legal_hold_span_is_fetched after insert on legal_hold_span for each statement execute function ask_recorders();
create trigger footage_request_never_changes before update or delete on footage_request for each row execute function refuse_change();
