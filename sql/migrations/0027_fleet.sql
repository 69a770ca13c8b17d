-- A lease lasts as long as its recorder tells of itself: one row to renew instead of every camera's. Recorders say what they
-- can hold and whom they prefer, and a camera can move to another one that records it before the first lets go.

alter table recorder
  add column alive_until timestamptz not null default '-infinity',  -- its leases are free after that
  add column capacity int not null default 1 check (capacity > 0),  -- cameras it may hold
  add column held int not null default 0,                           -- cameras it held when it last told of itself
  add column leaving boolean not null default false,                -- it takes none any more and would hand its own over
  add column sites text[] not null default '{}',                    -- codes of sites whose cameras it prefers
  add column networks cidr[] not null default '{}',                 -- networks whose cameras it prefers
  add column others boolean not null default true;                  -- whether it takes cameras that it does not prefer

alter table lease rename column expires_at to free_since;
alter table lease alter column free_since set default now(), alter column free_since drop not null;
alter table lease alter column free_since set not null;             -- anew, for PostgreSQL 18 names this after the column
alter table lease
  add column last_epoch int not null default 0,                     -- the highest ever given out, also to a taker that gave up
  add column taker text not null default '',                        -- who has begun to record it too and will hold it; '': nobody
  add column taker_epoch int not null default 0;                    -- the epoch of its runs; equal to epoch: the holder came by a move
update lease set last_epoch = epoch;
update lease set recorder = '' where free_since < now();
update lease set free_since = now();
alter table lease drop constraint lease_camera_id_fkey;
alter table lease add constraint lease_camera_id_fkey foreign key (camera_id) references camera on delete cascade;
create index lease_recorder on lease (recorder);                    -- leases.renew, claim; changes with the holder alone
create index lease_taker on lease (taker) where taker <> '';        -- moves.kept

create index run_epoch on run (camera_id, epoch desc, run_no desc); -- leases.claim: the run before

-- The host of a masked address, when it is a number; null for a name.
create function camera_host(masked text) returns inet language plpgsql immutable strict as $$
begin
  return trim(both '[]' from substring(masked from '://(?:[^/@]*@)?(\[[^]]*\]|[^:/?#]+)'))::inet;
exception when invalid_text_representation then
  return null;
end $$;

create function recorder_prefers(sites text[], networks cidr[], site text, host inet) returns boolean language sql immutable as
  'select coalesce(site = any (sites), false) or coalesce(host <<= any (networks::inet[]), false)';

alter table camera add column host inet generated always as (camera_host(source_masked)) stored;  -- for recorder_prefers

-- A lease row comes with its camera, so that claiming need not look for cameras without one.
create function add_lease() returns trigger language plpgsql as $$
begin
  insert into lease (camera_id) values (new.camera_id) on conflict do nothing;
  return null;
end $$;
create trigger camera_lease after insert on camera for each row execute function add_lease();
insert into lease (camera_id) select camera_id from camera on conflict do nothing;
