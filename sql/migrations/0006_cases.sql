-- Cases, exhibits, bookmarks, holds and custody; who people are beside their role. Columns are explained in ../schema.sql.

alter table person add column unit text not null default '';
alter table person add column rank text not null default '';
alter table person add column service_number text not null default '';

create table case_file (
  case_id    int generated always as identity primary key,
  code       text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  number     text not null unique check (number <> ''),
  title      text not null check (title <> ''),
  report     text not null default '',
  officers   text[] not null default '{}',
  notes      text not null default '',
  state      text not null default 'open' check (state in ('open', 'closed')),
  opened_by  int not null references person,
  opened_at  timestamptz not null,
  closed_at  timestamptz,
  check ((state = 'closed') = (closed_at is not null))
);

create table case_member (
  case_id    int not null references case_file,
  person_id  int not null references person,
  added_by   int not null references person,
  added_at   timestamptz not null,
  primary key (case_id, person_id)
);
create index case_member_person on case_member (person_id);

create table legal_hold (
  hold_id           int generated always as identity primary key,
  case_id           int references case_file,
  reason            text not null check (reason <> ''),
  reference         text not null default '',
  review_on         date not null,
  placed_by         int not null references person,
  placed_at         timestamptz not null,
  release_asked_by  int references person,
  release_asked_at  timestamptz,
  release_auth      text not null default '',
  release_address   text not null default '',
  release_reason    text not null default '',
  released_by       int references person,
  released_at       timestamptz,
  check ((release_asked_by is null) = (release_asked_at is null)),
  check ((release_asked_by is null) = (release_reason = '')),
  check ((released_by is null) = (released_at is null)),
  check (released_at is null or (release_asked_by is not null and released_by <> release_asked_by))
);
create index legal_hold_case on legal_hold (case_id);
create index legal_hold_review on legal_hold (review_on) where released_at is null;

create table legal_hold_span (
  hold_id    int not null references legal_hold,
  camera_id  int not null references camera,
  from_at    timestamptz not null,
  to_at      timestamptz not null check (to_at > from_at),
  added_at   timestamptz not null,
  primary key (hold_id, camera_id, from_at, to_at)
);
create index legal_hold_span_camera on legal_hold_span (camera_id, to_at, from_at);

create table case_exhibit (
  exhibit_id  int generated always as identity primary key,
  case_id     int not null references case_file,
  number      int not null check (number > 0),
  from_at     timestamptz not null,
  to_at       timestamptz not null check (to_at > from_at),
  note        text not null default '',
  chosen      jsonb not null,
  hold_id     int not null references legal_hold,
  made_by     int not null references person,
  made_at     timestamptz not null,
  unique (case_id, number)
);

create table case_exhibit_camera (
  exhibit_id   int not null references case_exhibit,
  camera_id    int not null references camera,
  name         text not null,
  lat          float8,
  lon          float8,
  heading_deg  float8,
  fov_deg      float8,
  primary key (exhibit_id, camera_id)
);

create table case_bookmark (
  bookmark_id  int generated always as identity primary key,
  person_id    int not null references person,
  camera_id    int not null references camera,
  from_at      timestamptz not null,
  to_at        timestamptz check (to_at > from_at),
  label        text not null check (label <> ''),
  case_id      int references case_file,
  made_at      timestamptz not null
);
create index case_bookmark_person on case_bookmark (person_id, bookmark_id);
create index case_bookmark_case on case_bookmark (case_id, bookmark_id);

create table case_view (
  token_sha256  bytea not null check (length(token_sha256) = 32),
  case_id       int not null references case_file,
  camera_id     int not null references camera,
  exhibit       int not null,
  shown         text not null,
  at            timestamptz not null,
  primary key (token_sha256, case_id, camera_id, exhibit, shown)
);

create table custody_event (
  event_id  bigint generated always as identity primary key,
  entry_id  bigint not null unique references ledger_entry,
  case_id   int references case_file,
  hold_id   int references legal_hold,
  at        timestamptz not null,
  event     text not null check (event <> ''),
  nonce     bytea not null check (length(nonce) = 32),
  body      bytea not null,
  check ((case_id is null) <> (hold_id is null))
);
create index custody_event_case on custody_event (case_id, event_id);
create index custody_event_hold on custody_event (hold_id, event_id);

create function held_v1(p_camera_id int, p_start timestamptz, p_end timestamptz) returns boolean language sql stable as $$
  select exists (
    select 1 from legal_hold_span s join legal_hold h using (hold_id)
    where s.camera_id = p_camera_id and s.to_at > p_start and s.from_at < p_end and h.released_at is null
  )
$$;

create function refuse_hold_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.released_at is null
     and (new.hold_id, new.reason, new.reference, new.placed_by, new.placed_at) = (old.hold_id, old.reason, old.reference, old.placed_by, old.placed_at)
     and new.case_id is not distinct from old.case_id then
    return new;
  end if;
  raise exception 'a hold is released by two officers and never changed: % refused', tg_op using errcode = 'restrict_violation';
end $$;

create trigger case_number_never_changes before update of case_id, code, number or delete on case_file for each row execute function refuse_change();
create trigger case_exhibit_never_changes before update or delete on case_exhibit for each row execute function refuse_change();
create trigger case_exhibit_camera_never_changes before update or delete on case_exhibit_camera for each row execute function refuse_change();
create trigger legal_hold_never_changes before update or delete on legal_hold for each row execute function refuse_hold_change();
create trigger legal_hold_span_never_changes before update or delete on legal_hold_span for each row execute function refuse_change();
create trigger custody_event_never_changes before update or delete on custody_event for each row execute function refuse_change();
create trigger custody_event_never_empties before truncate on custody_event for each statement execute function refuse_change();
