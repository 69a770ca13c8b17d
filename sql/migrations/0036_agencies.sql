-- What agencies have agreed to, whether they keep it, and what is wrong where they do not.

-- When a camera was to be recorded: it was there and switched on. Kept by a trigger; open while `to_at` is infinity.
create table camera_service (
  camera_id  int not null references camera on delete cascade,
  from_at    timestamptz not null,
  to_at      timestamptz not null default 'infinity' check (to_at > from_at),
  primary key (camera_id, from_at)
);
insert into camera_service (camera_id, from_at, to_at)
select c.camera_id, lower(p.part), upper(p.part)
from camera c
left join (
  select camera_id, range_agg(tstzrange(start_at, coalesce(end_at, 'infinity'))) as off from outage
  where reason = 'disabled' group by camera_id
) o using (camera_id)
cross join lateral unnest(
  tstzmultirange(tstzrange(c.created_at, case when c.enabled then 'infinity' else greatest(now(), c.created_at + interval '1 us') end))
  - coalesce(o.off, '{}')
) as p (part);

create function keep_camera_service() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.enabled then
      insert into camera_service (camera_id, from_at) values (new.camera_id, new.created_at);
    end if;
  elsif new.enabled and not old.enabled then
    insert into camera_service (camera_id, from_at) values (new.camera_id, clock_timestamp());
  elsif old.enabled and not new.enabled then
    update camera_service set to_at = greatest(clock_timestamp(), from_at + interval '1 us')
    where camera_id = new.camera_id and to_at = 'infinity';
  end if;
  return null;
end $$;
create trigger camera_is_in_service after insert or update of enabled on camera for each row execute function keep_camera_service();

-- How clocks ran in a camera-hour, for what is asked of months: written with its seal, from its chunks.
create table clock_hour (
  camera_id  int not null references camera,
  hour       timestamptz not null,
  error_us   int,
  offset_us  bigint,
  primary key (hour, camera_id) include (error_us, offset_us)
);

create function keep_clock_hour() returns trigger language plpgsql as $$
begin
  insert into clock_hour (camera_id, hour, error_us, offset_us)
  select new.camera_id, new.hour, max(k.clock_error_us) filter (where k.clock_source = 1 and k.clock_error_us >= 0),
         percentile_disc(0.5) within group (order by k.camera_offset_us)
           filter (where k.clock_source = 1 and k.camera_clock in (1, 3))
  from chunk k
  where k.camera_id = new.camera_id and k.run_no = new.run_no and k.start_at >= new.hour and k.start_at < new.hour + interval '1 hour'
    and k.clock_source <> 2
  having count(*) > 0
  on conflict (hour, camera_id) do update
  set error_us = greatest(clock_hour.error_us, excluded.error_us),
      offset_us = case when abs(excluded.offset_us) > coalesce(abs(clock_hour.offset_us), -1) then excluded.offset_us else clock_hour.offset_us end;
  return null;
end $$;
create trigger seal_tells_of_clocks after insert on seal for each row execute function keep_clock_hour();
insert into clock_hour (camera_id, hour, error_us, offset_us)
select camera_id, date_bin('1 hour', start_at, 'epoch'), max(clock_error_us) filter (where clock_source = 1 and clock_error_us >= 0),
       percentile_disc(0.5) within group (order by camera_offset_us) filter (where clock_source = 1 and camera_clock in (1, 3))
from chunk where clock_source <> 2 group by 1, 2;

create index outage_end on outage (camera_id, (coalesce(end_at, 'infinity'::timestamptz)));
create index run_imported on run (run_no) where origin = 'import';

-- Versions: of those that have begun, the one that begins last counts, and of two of one day the later made.
create table agency_terms (
  terms_id        int generated always as identity primary key,
  agency_id       int not null references agency,
  site_id         int references site,
  from_day        date not null,
  obliged         boolean check (obliged is not null or site_id is not null),
  basis           text not null default '',
  cameras         int check (cameras >= 0),
  uptime_percent  numeric(5, 2) check (uptime_percent > 0 and uptime_percent <= 100),
  retention_days  int check (retention_days between 1 and 3650),
  clock_error_ms  int check (clock_error_ms > 0),
  reason          text not null default '',
  made_by         text not null,
  made_at         timestamptz not null default now()
);
create index agency_terms_agency on agency_terms (agency_id, site_id, from_day desc, terms_id desc);
create trigger agency_terms_never_changes before update or delete on agency_terms for each row execute function refuse_change();

-- Whom to call. Personal data: changed and deleted for good, told of in the audit by number alone.
create table agency_contact (
  contact_id  int generated always as identity primary key,
  agency_id   int not null references agency,
  site_id     int references site,
  name        text not null check (name <> ''),
  role        text not null default '',
  phone       text not null default '',
  email       text not null default '',
  check (phone <> '' or email <> '')
);
create index agency_contact_agency on agency_contact (agency_id);

-- Something that breaks terms, of a camera, a site or a whole agency. The facts change; what happened to it is in its events.
create table fault_ticket (
  ticket_id      int generated always as identity primary key,
  agency_id      int not null references agency,
  site_id        int references site,
  camera_id      int references camera,
  rule           text not null check (rule in ('down', 'uptime', 'clock', 'retention', 'cameras')),
  since_at       timestamptz not null,
  facts          jsonb not null,
  opened_at      timestamptz not null,
  closed_at      timestamptz check (closed_at >= opened_at),
  promised_day   date,
  aside_until    timestamptz,
  check (camera_id is null or site_id is null)
);
create unique index fault_ticket_open on fault_ticket (rule, agency_id, coalesce(site_id, 0), coalesce(camera_id, 0)) where closed_at is null;
create index fault_ticket_agency on fault_ticket (agency_id, ticket_id);
create index fault_ticket_closed on fault_ticket (closed_at);

create table fault_ticket_event (
  event_id   bigint generated always as identity primary key,
  ticket_id  int not null references fault_ticket,
  at         timestamptz not null,
  kind       text not null check (kind in ('opened', 'reopened', 'changed', 'closed', 'note', 'acknowledged', 'set_aside')),
  person     text not null default '',
  text       text not null default '',
  day        date,
  until_at   timestamptz,
  facts      jsonb not null default '{}'
);
create index fault_ticket_event_ticket on fault_ticket_event (ticket_id, event_id);
create trigger fault_ticket_event_never_changes before update or delete on fault_ticket_event for each row execute function refuse_change();
create trigger fault_ticket_event_never_empties before truncate on fault_ticket_event for each statement execute function refuse_change();
