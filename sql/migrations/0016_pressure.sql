-- Growth and pressure: what was recorded each day, quotas of agencies, alarms of the store, and where it stood last.

-- What a camera recorded each UTC day, counted from its seals, for ever: growth is read here, never from all seals of all years.
create table recorded_day (
  day         date not null,                                      -- UTC, of the hour under the seal
  camera_id   int not null,
  bytes       bigint not null,
  covered_us  bigint not null,                                    -- time recorded; overlapping runs count twice
  primary key (day, camera_id)
) with (fillfactor = 70);

create function seal_covers_us(p_spans tstzmultirange) returns bigint language sql immutable as $$
  select coalesce(sum(extract(epoch from upper(one) - lower(one)) * 1000000), 0)::bigint from unnest(p_spans) as one
$$;

insert into recorded_day (day, camera_id, bytes, covered_us)
select (hour at time zone 'UTC')::date, camera_id, sum(bytes), sum(seal_covers_us(spans)) from seal group by 1, 2;

create function count_recorded() returns trigger language plpgsql as $$
begin
  insert into recorded_day (day, camera_id, bytes, covered_us)
    values ((new.hour at time zone 'UTC')::date, new.camera_id, new.bytes, seal_covers_us(new.spans))
  on conflict (day, camera_id) do update
    set bytes = recorded_day.bytes + excluded.bytes, covered_us = recorded_day.covered_us + excluded.covered_us;
  return null;
end $$;
create trigger seal_is_counted after insert on seal for each row execute function count_recorded();

-- How much of the store an agency may use. Versions are added, never changed; the newest of an agency counts. Append-only.
create table agency_quota (
  quota_id   int generated always as identity primary key,
  agency_id  int not null references agency,
  bytes      bigint check (bytes > 0),                            -- null: no such limit; both null: no quota any more
  days       int check (days > 0),                                -- as many days of what its cameras record a day
  reason     text not null default '',
  set_by     int not null references person,
  set_at     timestamptz not null
);
create index agency_quota_agency on agency_quota (agency_id, quota_id desc);  -- quotas.in_force, quotas.history

-- What was wrong with the space of the store, from when until when.
create table store_alarm (
  alarm_id   bigint generated always as identity primary key,
  kind       text not null check (kind in ('high_water', 'early_purge', 'admission', 'quota_near', 'quota_over')),
  agency_id  int references agency,                               -- of a quota; null: the whole store
  since      timestamptz not null,
  until      timestamptz check (until >= since),                  -- null: it stands
  told       jsonb not null                                       -- the figures when they were last looked at
) with (fillfactor = 70);
create unique index store_alarm_open on store_alarm (kind, coalesce(agency_id, 0)) where until is null;  -- alarms.raise, alarms.standing

-- Where the store stood when the worker last looked: for monitoring, which must not count all footage at each scrape.
create table store_watch (
  only_one  boolean primary key default true check (only_one),
  at        timestamptz not null,
  told      jsonb not null
);

create trigger agency_quota_never_changes before update or delete on agency_quota for each row execute function refuse_change();
