-- The catalogue of Saksi, whole. Sections: identity, places, recording, footage, ledger, work, people, cases, packages, functions, triggers, retention, scrub, growth and pressure, thinning, imports, footage on demand, sight, incidents, agencies and the regulation.
-- PostgreSQL 15 or newer, no extension needed. A new database is made from migrations/, never from this file; a test
-- holds the two equal. Times are timestamptz (UTC microseconds inside), durations integer microseconds (_us).
-- Rows that are evidence (chunk, chunk_dropped, seal, tombstone, pulse, audit, the ledger, custody_event) are never updated: triggers at the end refuse it.

-- ---------------------------------------------------------------------------------------------- identity

create table installation (
  id          uuid primary key,                                   -- also in the bucket's saksi-installation.json: the two must agree
  only_one    boolean not null default true unique check (only_one),
  created_at  timestamptz not null default now()
);

-- ---------------------------------------------------------------------------------------------- places

create table agency (
  agency_id   int generated always as identity primary key,
  code        text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),  -- public id
  name        text not null check (name <> ''),
  category    text not null check (category in ('transport', 'police', 'city', 'bank', 'mall', 'hospital', 'hotel', 'entertainment', 'other')),
  contact_email text not null default '' check (contact_email = '' or contact_email ~ '^[^[:space:]@]+@[^[:space:]@]+$')  -- is told each day what will be deleted
);

create table site (
  site_id     int generated always as identity primary key,
  code        text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),  -- public id
  agency_id   int not null references agency,
  name        text not null check (name <> ''),
  address     text not null default '',
  lat         float8 check (lat between -90 and 90),              -- degrees WGS 84; null: not surveyed
  lon         float8 check (lon between -180 and 180),
  -- Where its cameras may be: networks, host names (.suffix: all below), ports. Empty: what the installation allows.
  camera_networks  cidr[] not null default '{}',
  camera_hosts     text[] not null default '{}',
  camera_ports     int[] not null default '{}'
);

create table area (
  area_id     int generated always as identity primary key,
  code        text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),  -- public id
  name        text not null check (name <> ''),
  boundary    polygon not null,                                   -- (lon, lat) in degrees, planar: fine for a city
  geojson     jsonb not null                                      -- the same as a GeoJSON Polygon
);

-- The host of a masked address, when it is a number; null for a name.
create function camera_host(masked text) returns inet language plpgsql immutable strict as $$
begin
  return trim(both '[]' from substring(masked from '://(?:[^/@]*@)?(\[[^]]*\]|[^:/?#]+)'))::inet;
exception when invalid_text_representation then
  return null;
end $$;

create table camera (
  camera_id      int generated always as identity primary key,
  code           text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),  -- public id, never changes: it stands in object keys and chain entries
  name           text not null check (name <> ''),
  agency_id      int not null references agency,
  site_id        int references site,
  source_sealed  text not null,                                   -- address with password, encrypted with the installation key
  source_masked  text not null,                                   -- the same, fit to be shown
  source_version int not null default 1,                          -- grows when the address changes, so that recorders reconnect
  enabled        boolean not null default true,
  created_at     timestamptz not null default now(),
  host           inet generated always as (camera_host(source_masked)) stored  -- null: a name; for recorder_prefers
);

-- Where a camera stood from when to when: a search at T uses its place at T.
create table camera_place (
  camera_id    int not null references camera,
  valid_from   timestamptz not null,
  valid_to     timestamptz not null default 'infinity',
  lat          float8 not null check (lat between -90 and 90),    -- degrees WGS 84
  lon          float8 not null check (lon between -180 and 180),
  heading_deg  float8 check (heading_deg >= 0 and heading_deg < 360),  -- clockwise from north; null: unknown
  fov_deg      float8 check (fov_deg > 0 and fov_deg <= 360),     -- horizontal field of view
  loc          point generated always as (point(lon, lat)) stored,
  primary key (camera_id, valid_from),
  check (valid_from < valid_to)
);
create index camera_place_loc on camera_place using gist (loc);   -- cameras.search near, bbox, polygon

-- ---------------------------------------------------------------------------------------------- recording

create table recorder (
  name             text primary key check (name <> ''),
  version          text not null,
  started_at       timestamptz not null default now(),
  seen_at          timestamptz not null default now(),            -- last renewal of leases
  spool_bytes      bigint not null default 0,
  spool_oldest_at  timestamptz,                                   -- start of the oldest chunk not confirmed yet; null: none
  instance         text not null default '',                      -- id of the spool it works on; '': nobody uses the name
  alive_until      timestamptz not null default '-infinity',      -- its leases are free after that
  capacity         int not null default 1 check (capacity > 0),   -- cameras it may hold
  held             int not null default 0,                        -- cameras it held when it last told of itself
  leaving          boolean not null default false,                -- it takes none any more and would hand its own over
  sites            text[] not null default '{}',                  -- codes of sites whose cameras it prefers
  networks         cidr[] not null default '{}',                  -- networks whose cameras it prefers
  others           boolean not null default true                  -- whether it takes cameras that it does not prefer
);

-- Who records which camera: it does while its row in recorder is alive. A row comes with its camera and stays when
-- nobody records it, so that epochs only ever grow (fencing token).
create table lease (
  camera_id       int primary key references camera on delete cascade,
  recorder        text not null default '',                       -- '': nobody
  epoch           int not null default 0,
  source_version  int not null default 0,                         -- the address version the holder was given
  free_since      timestamptz not null default now(),             -- while nobody holds it: since when
  last_epoch      int not null default 0,                         -- the highest ever given out, also to a taker that gave up
  taker           text not null default '',                       -- who has begun to record it too and will hold it; '': nobody
  taker_epoch     int not null default 0                          -- the epoch of its runs; equal to epoch: the holder came by a move
) with (fillfactor = 50);
create index lease_recorder on lease (recorder);                  -- leases.renew, claim; changes with the holder alone
create index lease_taker on lease (taker) where taker <> '';      -- moves.kept

-- A recorder's unbroken hold of a camera: the chain lives here. The only row that an append updates.
create table run (
  run_no         int generated always as identity primary key,
  run            uuid not null unique,                            -- made by the recorder, so it needs no database to begin
  camera_id      int not null references camera,
  epoch          int not null,
  recorder       text not null,
  reason         text not null,                                   -- why it began
  parent         bytea not null check (length(parent) = 32),      -- tip of the camera's run before it; zeros for the first
  opened_at      timestamptz not null,
  tip            bytea not null check (length(tip) = 32),         -- T_n of EVIDENCE.md section 3
  last_seq       int not null default 0,
  sealed_seq     int not null default 0,                          -- chunks up to here are under camera-hour seals
  sealed_tip     bytea not null check (length(sealed_tip) = 32),  -- T at sealed_seq
  sealed_end     timestamptz not null,                            -- end of the last sealed chunk; opened_at before the first
  stretch_start  timestamptz,                                     -- the open stretch of coverage; null: none
  last_end       timestamptz,                                     -- end of the last chunk
  closed_at      timestamptz,
  close_reason   text,
  closed_tip     bytea check (length(closed_tip) = 32),           -- tip after the closing entry
  origin         text not null default 'live' check (origin in ('live', 'import')),  -- of an import opened_at is when its footage was stated to begin
  file_sha256    bytea check (length(file_sha256) = 32),          -- of the file that was imported
  check ((closed_at is null) = (close_reason is null) and (closed_at is null) = (closed_tip is null)),
  check (sealed_seq <= last_seq),
  check ((origin = 'import') = (file_sha256 is not null))
) with (fillfactor = 50);
create index run_camera on run (camera_id, opened_at desc);       -- latest run of a camera: cameras
create index run_epoch on run (camera_id, epoch desc, run_no desc); -- leases.claim, moves.begin: the run before
create index run_unsealed on run (run_no) where last_seq > sealed_seq;  -- seals.due

create table camera_status (
  camera_id      int primary key references camera,
  state          text not null check (state in ('recording', 'connecting', 'failed', 'stopped')),
  reason         text,                                            -- an outage reason while not recording
  detail         text,
  since          timestamptz not null,                            -- when this state began
  codec          text not null default '',
  width          int not null default 0,
  height         int not null default 0,
  fps            float8 not null default 0,                       -- frames a second over the last seconds
  mbps           float8 not null default 0,
  last_frame_at  timestamptz,
  recorder       text not null,
  seen_at        timestamptz not null default now(),              -- older than 15 s: the recorder is silent
  keyframe_s     float8 not null default 0,                       -- between the last two keyframes; 0: not seen yet
  lost           bigint not null default 0,                       -- units known to be missing since the recorder took the camera
  reconnects     int not null default 0,                          -- connections since then, less the first
  camera_clock   text not null default 'none',                    -- where its time comes from: saksi/custody/chain.py; none: it tells nothing
  camera_offset_us bigint not null default 0,                     -- it minus the recorder's, last time
  clock_step_at  timestamptz,                                     -- null: no jump was seen
  clock_step_us  bigint not null default 0                        -- by how much it jumped then
) with (fillfactor = 50);

-- What a recorder tells of itself with the states of its cameras. Nothing rests on it but people's eyes.
create table recorder_health (
  recorder         text primary key references recorder on delete cascade,
  seen_at          timestamptz not null default now(),
  facts_waiting    int not null,                                  -- not in the catalogue yet
  chunks_waiting   int not null,                                  -- sealed and not known to be in the store
  spool_free_bytes bigint,                                        -- null: the disk does not say
  lag_us           bigint,                                        -- from the end of a chunk to its row, last time; null: none yet
  clock_source     text not null check (clock_source in ('ntp', 'free')),
  clock_offset_us  bigint not null,
  clock_error_us   bigint not null                                -- the kernel's bound; -1: it gives none
) with (fillfactor = 50);

-- A stretch without footage, and why. Open while end_at is null; at most one open for a camera.
create table outage (
  outage_id  bigint generated always as identity primary key,
  camera_id  int not null references camera,
  start_at   timestamptz not null,
  end_at     timestamptz check (end_at > start_at),
  reason     text not null check (reason in ('unreachable', 'auth_failed', 'address_refused', 'no_keyframe', 'stalled', 'recorder_down', 'spool_full', 'disabled', 'unsupported_codec')),
  detail     text not null default '',
  recorder   text not null
);
create unique index outage_open on outage (camera_id) where end_at is null;
create index outage_camera on outage (camera_id, start_at);       -- footage.outages

-- ---------------------------------------------------------------------------------------------- footage

-- ftyp + moov of a chunk: the same for every chunk with the same parameters.
create table init_segment (
  init_id  int generated always as identity primary key,
  sha256   bytea not null unique check (length(sha256) = 32),
  codec    text not null check (codec in ('h264', 'h265')),
  codecs   text not null,                                         -- RFC 6381, such as avc1.64001f,mp4a.40.2
  width    int not null check (width > 0),
  height   int not null check (height > 0),
  audio    text not null check (audio in ('none', 'aac', 'pcmu', 'pcma')),
  body     bytea not null
);

-- One row a chunk, one partition a UTC day. Fixed-width columns first and every column NOT NULL keep the row small.
-- Rows are never updated; whether the object is in the store yet is told by chunk_pending.
create table chunk (
  camera_id         int not null,
  run_no            int not null,
  start_at          timestamptz not null,                         -- first frame, recorder's clock
  seq               int not null check (seq > 0),                 -- place in the run's chain
  dur_us            int not null check (dur_us between 1 and 1200000000),  -- end = start_at + dur_us, exact
  size              int not null check (size > 0),                -- bytes of the object
  frames            int not null check (frames >= 0),
  lost              int not null check (lost >= 0),               -- packets or frames known to be lost on the way
  init_id           int not null,
  clock_offset_us   int not null,                                 -- clock evidence, saksi/custody/chain.py
  clock_error_us    int not null,
  residual_us       int not null,
  camera_offset_us  bigint not null,
  clock_source      int2 not null,                                -- catalogue/codes.py CLOCK
  camera_clock      int2 not null,                                -- catalogue/codes.py CAMERA_CLOCK
  ended             int2 not null,                                -- catalogue/codes.py ENDED
  sha256            bytea not null check (length(sha256) = 32),
  fragments         bytea not null,                               -- packed fragment index, saksi/fmp4/spans.py
  crc32             bigint not null default -1 check (crc32 between -1 and 4294967295),  -- of the object, as in ZIP; -1: not taken
  primary key (camera_id, start_at, run_no)                       -- footage.segments
) partition by range (start_at);

-- Announced, not confirmed in the object store: the footage is on a recorder's spool.
create table chunk_pending (
  run_no        int not null references run,
  seq           int not null,
  camera_id     int not null,
  start_at      timestamptz not null,
  end_at        timestamptz not null,
  announced_at  timestamptz not null default now(),
  primary key (run_no, seq)
);
create index chunk_pending_camera on chunk_pending (camera_id);   -- footage.pending

-- Announced, and then lost to a full disk before the object store had it. The entry stays in its chain.
create table chunk_dropped (
  run_no      int not null references run,
  seq         int not null,
  camera_id   int not null,
  start_at    timestamptz not null,
  end_at      timestamptz not null,
  dropped_at  timestamptz not null default now(),
  primary key (run_no, seq)
);
create index chunk_dropped_camera on chunk_dropped (camera_id, start_at);  -- footage.dropped

-- Closed stretches of footage of a run (no hole over 500 ms inside); the open stretch is in run.
create table coverage_run (
  camera_id  int not null references camera,
  start_at   timestamptz not null,
  end_at     timestamptz not null,
  run_no     int not null references run,
  primary key (camera_id, start_at, run_no),
  check (start_at < end_at)
);
create index coverage_run_end on coverage_run (camera_id, end_at) include (start_at);  -- footage.stretches: recent windows; incident_watched_v1

-- Camera-hours under one Merkle root, kept for ever. A late chunk gives its hour another part.
create table seal (
  camera_id  int not null references camera,
  hour       timestamptz not null,                                -- start of the hour in which the chunks start
  part       int2 not null check (part > 0),
  run_no     int not null references run,
  first_seq  int not null,
  last_seq   int not null,
  n          int not null check (n > 0),
  bytes      bigint not null,
  frames     int not null,
  spans      tstzmultirange not null,
  chain_in   bytea not null check (length(chain_in) = 32),        -- tip before the first chunk
  chain_out  bytea not null check (length(chain_out) = 32),       -- tip after the last chunk
  root       bytea not null check (length(root) = 32),            -- RFC 6962 tree hash over the leaves
  made_at    timestamptz not null default now(),
  primary key (camera_id, hour, part),
  check (last_seq - first_seq + 1 = n)
);

-- A chunk with all that its chain entry and its players need.
create view chunk_entry as
select c.*, r.run, k.code as camera, p.run_no is not null as pending,
       i.sha256 as init_sha256, i.codec, i.codecs, i.width, i.height, i.audio, length(i.body) as init_length,
       d.run_no is not null as dropped
from chunk c
join run r using (run_no)
join camera k on k.camera_id = c.camera_id
join init_segment i using (init_id)
left join chunk_pending p on p.run_no = c.run_no and p.seq = c.seq
left join chunk_dropped d on d.run_no = c.run_no and d.seq = c.seq;

create table thumbnail (
  camera_id   int not null references camera,
  at          timestamptz not null,                               -- the frame shown
  object_key  text not null,
  size        int not null check (size > 0),                      -- bytes
  primary key (camera_id, at)                                     -- latest of a camera, latest in a window
);

-- ---------------------------------------------------------------------------------------------- ledger

-- Public halves of the keys that sign; the private ones are files of the processes that use them.
create table signing_key (
  key_id       text primary key check (key_id ~ '^[0-9a-f]{16}$'),   -- saksi/custody/signing.py key_id
  role         text not null check (role in ('recorder', 'log', 'export', 'office')),
  name         text not null default '',                          -- of the recorder, where role is recorder
  public       bytea not null unique check (length(public) = 32), -- Ed25519
  enrolled_at  timestamptz not null
);

create table signing_key_end (
  key_id      text primary key references signing_key,
  revoked_at  timestamptz not null,
  reason      text not null check (reason <> '')
);

-- Where each chain of entries stands. Locking the row is how its one writer at a time is kept.
create table ledger_chain (
  chain  text primary key check (chain <> ''),                    -- recorder/<name>, case/<number>, hold, keys, …
  seq    bigint not null default 0,                               -- of its last entry
  leaf   bytea not null default '\x0000000000000000000000000000000000000000000000000000000000000000' check (length(leaf) = 32)
);

-- Every entry with its exact bytes; the other columns repeat what the bytes say. Append-only.
create table ledger_entry (
  entry_id   bigint generated always as identity primary key,
  chain      text not null references ledger_chain,
  seq        bigint not null check (seq > 0),
  kind       text not null check (kind <> ''),                    -- t of the entry without saksi/ and /1
  at         timestamptz not null,
  leaf       bytea not null unique check (length(leaf) = 32),     -- RFC 6962 leaf hash of bytes
  bytes      bytea not null check (length(bytes) <= 65535),       -- canonical, saksi/custody/entries.py
  signature  bytea not null check (length(signature) = 64),
  key_id     text not null references signing_key,
  unique (chain, seq)
);

-- Entries that have no place in the tree yet; the next checkpoint gives them one.
create table ledger_pending (
  entry_id  bigint primary key references ledger_entry
);

-- Place in the tree → entry. Append-only.
create table ledger_leaf (
  idx       bigint primary key check (idx >= 0),
  entry_id  bigint not null unique references ledger_entry
);

-- C2SP tlog-tiles: up to 256 hashes; a tile only grows, and a full one never changes.
create table ledger_tile (
  level   int2 not null check (level between 0 and 63),
  tile    bigint not null check (tile >= 0),
  hashes  bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
  primary key (level, tile)
);

-- C2SP tlog-checkpoint, signed by the log alone; what others sign comes beside it. Append-only.
create table ledger_checkpoint (
  size     bigint primary key check (size >= 0),
  root     bytea not null check (length(root) = 32),
  note     text not null,
  made_at  timestamptz not null default now()
);

-- C2SP tlog-cosignature lines of witnesses. Append-only.
create table ledger_cosignature (
  size  bigint not null references ledger_checkpoint,
  name  text not null check (name <> ''),                         -- of the witness
  line  text not null,
  at    timestamptz not null,                                     -- the time it signed
  arrived bigint generated always as identity,                    -- their order, in which pulses quote them
  primary key (size, name)
);

-- RFC 3161 time stamps over a checkpoint, raw. Append-only.
create table ledger_stamp (
  size  bigint primary key references ledger_checkpoint,
  tsr   bytea not null,
  at    timestamptz not null
);

-- How much of the log is in the object store, in leaves.
create table ledger_published (
  only_one  boolean primary key default true check (only_one),
  size      bigint not null default 0,                            -- of the checkpoint there; the newest that may be shown
  uploaded  bigint not null default 0,                            -- under tiles and entry bundles there: they go before it
  locked    bigint not null default 0,                            -- under full tiles copied under object lock
  check (size <= uploaded)
);
insert into ledger_published default values;

-- ---------------------------------------------------------------------------------------------- runs, seals and pulses in the log

-- The log's entry of a run's opening and of its closing. Append-only.
create table run_entry (
  run_no    int not null references run,
  event     text not null check (event in ('open', 'close')),
  entry_id  bigint not null unique references ledger_entry,
  primary key (run_no, event)
);

-- What the log is still owed of a run. A recorder that adds the entries itself leaves nothing here.
create table run_owed (
  run_no  int not null references run,
  event   text not null check (event in ('open', 'close')),
  primary key (run_no, event)
);

-- The log's entry of a seal. Append-only.
create table seal_entry (
  camera_id  int not null,
  hour       timestamptz not null,
  part       int2 not null,
  entry_id   bigint not null unique references ledger_entry,
  primary key (camera_id, hour, part),
  foreign key (camera_id, hour, part) references seal
);

-- What is still owed to a seal: its entry in the log, and its chunks' lines as an object in the store.
create table seal_owed (
  camera_id  int not null,
  hour       timestamptz not null,
  part       int2 not null,
  what       text not null check (what in ('entry', 'lines')),
  primary key (what, camera_id, hour, part),                      -- seals.unlogged, lines.owed
  foreign key (camera_id, hour, part) references seal
);

-- A recorder does not find in the catalogue what it remembers of a run: nobody seals it until people have looked.
create table run_alarm (
  run_no    int primary key references run,
  recorder  text not null,
  last_seq  int not null,                                         -- where the catalogue stands and differs
  at        timestamptz not null default now()
);

-- The log's entry of a chunk that a full disk took. Append-only.
create table dropped_entry (
  run_no    int not null,
  seq       int not null,
  entry_id  bigint not null references ledger_entry,
  primary key (run_no, seq),
  foreign key (run_no, seq) references chunk_dropped
);

-- What was dropped before that was told to the log.
create table dropped_owed (
  run_no  int not null,
  seq     int not null,
  primary key (run_no, seq),
  foreign key (run_no, seq) references chunk_dropped
);

-- Every minute a recorder says where each of its runs stands: saksi/catalogue/pulses.py. Append-only.
create table pulse (
  entry_id  bigint primary key references ledger_entry,
  recorder  text not null,
  at        timestamptz not null,                                 -- of the entry
  lines     bytea not null check (length(lines) % 40 = 0)         -- (run_no int4, seq int4, tip 32 bytes) by (camera, run), big-endian
);
create index pulse_recorder on pulse (recorder, at);              -- pulses.around

-- ---------------------------------------------------------------------------------------------- work

-- What is owed to a chunk once it is stored. The memory of the workers: an emptied broker loses nothing.
create table outbox (
  outbox_id      bigint generated always as identity primary key,
  kind           text not null check (kind in ('thumbnail')),
  camera_id      int not null,
  run_no         int not null,
  start_at       timestamptz not null,
  created_at     timestamptz not null default now(),
  claimed_until  timestamptz not null default '-infinity',        -- a worker that dies loses its claim by time
  attempts       int not null default 0,
  last_error     text not null default ''
);
create index outbox_due on outbox (kind, claimed_until);          -- thumbnails.claim

-- ---------------------------------------------------------------------------------------------- people

create table person (
  person_id      int generated always as identity primary key,
  name           text not null unique check (name <> ''),
  password_hash  text not null,                                   -- argon2id, PHC string
  role           text not null check (role in ('admin', 'records_officer', 'investigator', 'agency_operator', 'auditor', 'recipient')),
  agency_ids     int[],                                           -- sees these agencies' cameras; null, with area_ids null: all
  disabled_at    timestamptz,
  created_at     timestamptz not null default now(),
  unit           text not null default '',                        -- where they serve, their rank and service number: so that
  rank           text not null default '',                        -- custody says who it was in words that stand in a report
  service_number text not null default '',
  area_ids       int[],                                           -- and the cameras that stand in these areas
  must_change    boolean not null default false                   -- somebody else set the password: it opens nothing but its change
);

-- Attempts to log in, counted before the password is looked at. Keys and limits: saksi/catalogue/attempts.py.
create unlogged table log_in_counter (
  key           text primary key,
  attempts      int not null,
  last_at       timestamptz not null,
  locked_until  timestamptz not null
);

-- Devices that have logged in to an account: guesses from elsewhere do not hold them back.
create table known_device (
  device_sha256  bytea not null check (length(device_sha256) = 32),   -- of a cookie that opens nothing
  person_id      int not null references person,
  seen_at        timestamptz not null default now(),
  primary key (device_sha256, person_id)
);
create index known_device_person on known_device (person_id);

-- What people prove themselves with beside their password (RFC 6238).
create table second_factor (
  person_id      int primary key references person,
  secret_sealed  text,                                            -- by the installation's key; null: not confirmed yet
  since_at       timestamptz,
  last_step      bigint not null default 0,                       -- newest time step whose code was taken: none is taken twice
  asked_sealed   text,                                            -- a new one that waits for its first code
  asked_at       timestamptz,
  check ((secret_sealed is null) = (since_at is null)),
  check ((asked_sealed is null) = (asked_at is null))
);

create table recovery_code (
  person_id    int not null references person,
  code_sha256  bytea not null check (length(code_sha256) = 32),   -- 80 random bits: nothing slower is needed
  used_at      timestamptz,
  primary key (person_id, code_sha256)
);

-- People who log in through a provider of OpenID Connect; they have no password.
create table identity (
  person_id  int primary key references person,
  issuer     text not null check (issuer <> ''),
  subject    text check (subject <> ''),                          -- what the provider calls them, for ever
  expected   text check (expected <> ''),                         -- until their first log-in: SAKSI_OIDC_PERSON_CLAIM's value
  linked_at  timestamptz not null default now(),
  check ((subject is null) <> (expected is null)),
  unique (issuer, subject),                                       -- identities.of_subject
  unique (issuer, expected)                                       -- identities.bind
);

create table session (
  token_sha256  bytea primary key check (length(token_sha256) = 32),  -- the token itself is kept nowhere
  person_id     int not null references person,
  kind          text not null check (kind in ('session', 'token')),
  label         text not null default '',
  purpose       text not null default '',                         -- why footage is looked at; asked once a session
  created_at    timestamptz not null default now(),
  expires_at    timestamptz not null,
  revoked_at    timestamptz,
  session_id    bigint generated always as identity unique,       -- public; tells nothing of the token
  scopes        text[],                                           -- permissions of a token; null: all of the role
  address       text not null default '',                         -- of the client, at its start
  user_agent    text not null default '',
  seen_at       timestamptz not null default now(),               -- last use, to a minute
  second_factor boolean not null default false                    -- begun with one, or with a provider that asks for its own
);
create index session_person on session (person_id, session_id);    -- people.sessions

-- Who searched, viewed and changed what, and why. Append-only.
create table audit (
  audit_id  bigint generated always as identity primary key,
  at        timestamptz not null default now(),
  person    text not null,                                        -- name at the time; '' when not known
  role      text not null,
  address   text not null,                                        -- of the client
  action    text not null check (action <> ''),
  object    jsonb not null,                                       -- parameters: camera, from, to, …
  purpose   text not null,
  result    text not null,                                        -- ok, denied, failed
  nonce     uuid not null default gen_random_uuid(),              -- salts its leaf, so that the log tells nothing of it
  cameras   text[] not null default '{}',                         -- ids of those that it is about
  case_code text not null default '',
  from_at   timestamptz,                                          -- of the footage that it is about; null: of none
  to_at     timestamptz
);
create index audit_at on audit (at);                              -- audit by time
create index audit_person on audit (person, audit_id);            -- audit.list of a person
create index audit_cameras on audit using gin (cameras) where cameras <> '{}';-- audit.list of a camera, audit.viewers
create index audit_case on audit (case_code, audit_id) where case_code <> '';-- audit.list of a case
create index audit_action on audit (action, audit_id);            -- audit.list of an action
create index audit_wrong on audit (result, audit_id) where result <> 'ok'; -- audit.list of refusals and failures
create index audit_footage on audit using gist (tstzrange(from_at, to_at)) where from_at is not null; -- audit.list of footage

-- Rows that no entry of the log tells of yet; the workers take them within seconds.
create table audit_pending (
  audit_id  bigint primary key references audit
);

-- Under which entry of chain `audit` a row is, at which place among its leaves. Append-only.
create table audit_leaf (
  audit_id  bigint primary key references audit,
  entry_id  bigint not null references ledger_entry,
  idx       int not null check (idx >= 0),
  leaf      bytea not null check (length(leaf) = 32),             -- RFC 6962 leaf hash over nonce and body: saksi/catalogue/audit_log.py
  unique (entry_id, idx)
);

-- ---------------------------------------------------------------------------------------------- cases

-- An investigation. Edits stand in the custody events; number and code are for ever.
create table case_file (
  case_id    int generated always as identity primary key,
  code       text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),-- public id, made from the number
  number     text not null unique check (number <> ''),           -- such as LP/B/123/XI/2026/SPKT; names the chain case/<number>, never changes
  title      text not null check (title <> ''),
  report     text not null default '',                            -- number of the police report, where the case has another
  officers   text[] not null default '{}',                        -- who works on it, as a report names them; not all have accounts
  notes      text not null default '',
  state      text not null default 'open' check (state in ('open', 'closed')),
  opened_by  int not null references person,
  opened_at  timestamptz not null,
  closed_at  timestamptz,
  check ((state = 'closed') = (closed_at is not null))
);

-- Who has access to a case; records officers and administrators of every agency have it anyway.
create table case_member (
  case_id    int not null references case_file,
  person_id  int not null references person,
  added_by   int not null references person,                      -- who gave access
  added_at   timestamptz not null,
  primary key (case_id, person_id)
);
create index case_member_person on case_member (person_id);       -- cases.list

-- An evidence lock. It ends by two officers; a trigger refuses everything else.
create table legal_hold (
  hold_id           int generated always as identity primary key,
  case_id           int references case_file,                     -- null: for no case of ours
  reason            text not null check (reason <> ''),
  reference         text not null default '',                     -- letter, order or article it rests on
  review_on         date not null,                                -- when someone must look whether it is still needed
  placed_by         int not null references person,
  placed_at         timestamptz not null,
  release_asked_by  int references person,                        -- the first officer; null: nobody asks
  release_asked_at  timestamptz,
  release_auth      text not null default '',                     -- how the first officer was known, and from where they asked
  release_address   text not null default '',
  release_reason    text not null default '',
  released_by       int references person,                        -- the second officer, another than the first
  released_at       timestamptz,
  check ((release_asked_by is null) = (release_asked_at is null)),
  check ((release_asked_by is null) = (release_reason = '')),
  check ((released_by is null) = (released_at is null)),
  check (released_at is null or (release_asked_by is not null and released_by <> release_asked_by))
);
create index legal_hold_case on legal_hold (case_id);             -- holds.list
create index legal_hold_review on legal_hold (review_on) where released_at is null;-- holds.list of those due

-- What a hold covers; an extension adds rows. Whoever adds rows or purges takes holds.lock_cameras first.
create table legal_hold_span (
  hold_id    int not null references legal_hold,
  camera_id  int not null references camera,
  from_at    timestamptz not null,
  to_at      timestamptz not null check (to_at > from_at),
  added_at   timestamptz not null,
  primary key (hold_id, camera_id, from_at, to_at)
);
create index legal_hold_span_camera on legal_hold_span (camera_id, to_at, from_at);-- held_v1, holds.covering, footage.held

-- A span of cameras that belongs to a case. Append-only.
create table case_exhibit (
  exhibit_id  int generated always as identity primary key,
  case_id     int not null references case_file,
  number      int not null check (number > 0),                    -- within the case
  from_at     timestamptz not null,
  to_at       timestamptz not null check (to_at > from_at),
  note        text not null default '',
  chosen      jsonb not null,                                     -- how its cameras were named: cameras, near and radius_m, or area
  hold_id     int not null references legal_hold,                 -- placed in the same transaction
  made_by     int not null references person,
  made_at     timestamptz not null,
  unique (case_id, number)
);

-- The cameras of an exhibit, settled when it was made.
create table case_exhibit_camera (
  exhibit_id   int not null references case_exhibit,
  camera_id    int not null references camera,
  name         text not null,                                     -- the camera's name and place at from_at, as it was when the exhibit was made
  lat          float8,
  lon          float8,
  heading_deg  float8,
  fov_deg      float8,
  primary key (exhibit_id, camera_id)
);

-- A person's marks, of their own or in a case.
create table case_bookmark (
  bookmark_id  int generated always as identity primary key,
  person_id    int not null references person,
  camera_id    int not null references camera,
  from_at      timestamptz not null,
  to_at        timestamptz check (to_at > from_at),               -- null: an instant
  label        text not null check (label <> ''),
  case_id      int references case_file,                          -- null: the person's own
  made_at      timestamptz not null
);
create index case_bookmark_person on case_bookmark (person_id, bookmark_id);
create index case_bookmark_case on case_bookmark (case_id, bookmark_id);

-- When someone last saw footage for a case: not every range of a player becomes a custody event.
create table case_view (
  token_sha256  bytea not null check (length(token_sha256) = 32),
  case_id       int not null references case_file,
  camera_id     int not null references camera,
  exhibit       int not null,                                     -- number of the exhibit that was looked at; 0: what is in none
  shown         text not null,                                    -- segments, playlist, clip, still
  at            timestamptz not null,
  primary key (token_sha256, case_id, camera_id, exhibit, shown)
);

-- What the commitments of custody and hold entries stand for. Append-only, shown to those entitled.
create table custody_event (
  event_id  bigint generated always as identity primary key,
  entry_id  bigint not null unique references ledger_entry,
  case_id   int references case_file,
  hold_id   int references legal_hold,                            -- an entry of chain hold; else one of the case's chain
  at        timestamptz not null,
  event     text not null check (event <> ''),
  nonce     bytea not null check (length(nonce) = 32),            -- the entry holds SHA-256(nonce || body)
  body      bytea not null,                                       -- canonical; names people, so it never enters the log itself
  check ((case_id is null) <> (hold_id is null))
);
create index custody_event_case on custody_event (case_id, event_id);
create index custody_event_hold on custody_event (hold_id, event_id);

-- ---------------------------------------------------------------------------------------------- packages

-- An evidence package: asked for, claimed by a worker, sealed or failed.
create table export_job (
  export_id      uuid primary key,
  case_id        int not null references case_file,
  number         int not null check (number > 0),
  exhibits       int[] not null check (cardinality(exhibits) > 0),
  person         text not null check (person <> ''),
  recipient      text not null check (recipient <> ''),
  reason         text not null check (reason <> ''),
  letter         text not null default '',
  requested_at   timestamptz not null default now(),
  state          text not null default 'queued' check (state in ('queued', 'building', 'sealed', 'failed')),
  stage          text not null default '',
  done_bytes     bigint not null default 0,
  total_bytes    bigint not null default 0,
  attempts       int not null default 0,
  claimed_until  timestamptz not null default '-infinity',
  last_error     text not null default '',
  package        text not null,
  upload_id      text not null default '',
  size           bigint,
  sha256         bytea check (length(sha256) = 32),
  sealed_at      timestamptz,
  warnings       jsonb not null default '[]',               -- [{"code", "values"}]: what an officer must know before it leaves
  wait_for_witnesses boolean not null default false,          -- it is built only when the policy's quorum has signed
  waits          int not null default 0,                       -- of its attempts: how many found the quorum not there yet
  derivatives    int[],                                        -- numbers of those that it carries; null: all that are ready
  only_derivatives boolean not null default false,            -- and nothing else: no original, no playable copy
  imported_files boolean not null default false,              -- with the files as they were brought, of footage that was imported
  unique (case_id, number),
  check ((state = 'sealed') = (sha256 is not null) and (sha256 is null) = (size is null) and (sha256 is null) = (sealed_at is null))
) with (fillfactor = 70);
create index export_due on export_job (claimed_until) where state in ('queued', 'building');

-- Files of sealed packages, by which they are known again when someone brings one. Append-only.
create table export_file (
  export_id   uuid not null references export_job,
  path        text not null,
  class       text not null check (class in ('master', 'court', 'processed', 'import')),
  size        bigint not null,
  sha256      bytea not null check (length(sha256) = 32),
  nal_sha256  bytea check (length(nal_sha256) = 32),
  camera_id   int not null references camera,
  start_at    timestamptz not null,
  end_at      timestamptz not null,
  primary key (export_id, path)
);
create index export_file_sha256 on export_file (sha256);
create index export_file_nals on export_file (nal_sha256);


-- Signatures inside ONVIF export files; they differ each time they are made, so each is kept. By digest of what is signed.
create table export_signature (
  export_id  uuid not null references export_job,
  digest     bytea not null check (length(digest) = 32),
  signature  bytea not null,
  primary key (export_id, digest)
);

-- ---------------------------------------------------------------------------------------------- disclosures

-- A link to a package for one recipient. Only what guards it changes: what it says stands.
create table disclosure (
  disclosure_id    uuid primary key,
  export_id        uuid not null references export_job,
  case_id          int not null references case_file,
  number           int not null check (number > 0),               -- within the case, as papers and the register call it
  token_sha256     bytea not null unique check (length(token_sha256) = 32),-- the token itself is shown once and kept nowhere
  passphrase_hash  text not null default '',                      -- argon2id; empty: the link alone opens it
  recipient        text not null check (recipient <> ''),
  role             text not null default '',                      -- prosecutor, defence, court, lab or other words
  note             text not null default '',
  made_by          text not null check (made_by <> ''),
  made_at          timestamptz not null,
  expires_at       timestamptz not null,
  delivered_at     timestamptz,                                   -- when its last byte was sent for the first time
  failed_tries     int not null default 0,                        -- of the passphrase, since the last right one
  locked_until     timestamptz not null default '-infinity',      -- no try counts before
  refused_at       timestamptz not null default '-infinity',      -- when custody last told of a refusal: at most once a minute
  unique (case_id, number)
) with (fillfactor = 80);
create index disclosure_export on disclosure (export_id);         -- disclosures.list

-- A link that was taken back, for ever.
create table disclosure_end (
  disclosure_id  uuid primary key references disclosure,
  ended_by       text not null check (ended_by <> ''),
  ended_at       timestamptz not null,
  reason         text not null default ''
);

-- A receipt that came back for a package; what it says is the body of its custody event.
create table export_receipt (
  case_id        int not null references case_file,
  number         int not null check (number > 0),                 -- within the case
  export_id      uuid not null references export_job,
  disclosure_id  uuid references disclosure,                      -- null: it came by USB stick or mail
  event_id       bigint not null unique references custody_event,
  file_sha256    bytea check (length(file_sha256) = 32),          -- of tanda-terima.json, which lies in the store; null: typed in
  at             timestamptz not null,
  primary key (case_id, number)
);
create unique index export_receipt_file on export_receipt (export_id, file_sha256);-- the same file is entered once

-- A processed copy of a span of an exhibit: asked for, claimed by a worker, ready or failed. Its originals are never touched.
create table case_derivative (
  derivative_id  uuid primary key,
  case_id        int not null references case_file,
  number         int not null check (number > 0),                 -- within the case
  exhibit        int not null check (exhibit > 0),                -- number of the exhibit
  camera_id      int not null references camera,
  from_at        timestamptz not null,
  to_at          timestamptz not null check (to_at > from_at),
  parameters     bytea not null,                                  -- canonical; names what is hidden, so only its commitment leaves
  nonce          bytea not null check (length(nonce) = 32),       -- of that commitment
  reason         text not null check (reason <> ''),
  who            jsonb not null,                                  -- who asked, as custody tells it
  asked_at       timestamptz not null,
  state          text not null default 'queued' check (state in ('queued', 'building', 'ready', 'failed')),
  progress       float4 not null default 0 check (progress between 0 and 1),
  attempts       int not null default 0,                          -- claims so far; fences a worker that lost its own
  claimed_until  timestamptz not null default '-infinity',
  last_error     text not null default '',
  size           bigint,
  sha256         bytea check (length(sha256) = 32),
  crc32          bigint,                                          -- as ZIP has it
  statement      bytea,                                           -- derivation.json: a signed in-toto statement
  ready_at       timestamptz,
  unique (case_id, number),
  check ((state = 'ready') = (sha256 is not null) and (sha256 is null) = (size is null) and (sha256 is null) = (crc32 is null)
         and (sha256 is null) = (statement is null) and (sha256 is null) = (ready_at is null))
);
create index case_derivative_due on case_derivative (claimed_until) where state in ('queued', 'building');-- derivatives.claim

-- ---------------------------------------------------------------------------------------------- functions

-- Adds the partition of one UTC day by LIKE + ATTACH, which never locks readers or writers of other days out.
create function add_chunk_day(p_day date) returns boolean language plpgsql as $$
declare
  v_name text := format('chunk_%s', to_char(p_day, 'YYYYMMDD'));
  v_from timestamptz := p_day::timestamp at time zone 'UTC';
  v_to   timestamptz := (p_day + 1)::timestamp at time zone 'UTC';
begin
  if to_regclass(v_name) is not null then
    return false;
  end if;
  perform pg_advisory_xact_lock(hashtext('saksi add_chunk_day'));
  if to_regclass(v_name) is not null then
    return false;
  end if;
  execute format('create table %I (like chunk including defaults including constraints)', v_name);
  execute format('alter table %I add constraint %I check (start_at >= %L and start_at < %L)', v_name, v_name || '_day', v_from, v_to);
  execute format('alter table chunk attach partition %I for values from (%L) to (%L)', v_name, v_from, v_to);
  return true;
end $$;

-- Appends one chunk to its run by compare-and-swap on (last_seq, tip). Answers appended, duplicate (told before, same
-- bytes), fenced (the run is another recorder's), fork (does not follow the chain), unknown_run.
create function append_chunk_v2(
  p_recorder text, p_run uuid, p_leaf bytea, p_tip bytea, p_seq int, p_start timestamptz, p_dur_us int, p_size int,
  p_frames int, p_lost int, p_init_id int, p_clock_offset_us int, p_clock_error_us int, p_residual_us int,
  p_camera_offset_us bigint, p_clock_source int2, p_camera_clock int2, p_ended int2, p_sha256 bytea, p_fragments bytea,
  p_crc32 bigint
) returns text language plpgsql as $$
declare
  v_run run;
  v_end timestamptz := p_start + p_dur_us * interval '1 microsecond';
  v_new_stretch boolean;
begin
  select * into v_run from run where run.run = p_run for no key update;
  if not found then
    return 'unknown_run';
  end if;
  if v_run.recorder <> p_recorder then
    return 'fenced';
  end if;
  if p_seq <= v_run.last_seq then
    perform 1 from chunk
      where camera_id = v_run.camera_id and start_at = p_start and run_no = v_run.run_no and seq = p_seq and sha256 = p_sha256;
    return case when found then 'duplicate' else 'fork' end;
  end if;
  if p_seq <> v_run.last_seq + 1 or v_run.closed_at is not null or p_tip <> sha256('\x02'::bytea || v_run.tip || p_leaf) then
    return 'fork';
  end if;
  perform add_chunk_day((p_start at time zone 'UTC')::date);
  insert into chunk (camera_id, run_no, start_at, seq, dur_us, size, frames, lost, init_id, clock_offset_us, clock_error_us,
                     residual_us, camera_offset_us, clock_source, camera_clock, ended, sha256, fragments, crc32)
    values (v_run.camera_id, v_run.run_no, p_start, p_seq, p_dur_us, p_size, p_frames, p_lost, p_init_id, p_clock_offset_us,
            p_clock_error_us, p_residual_us, p_camera_offset_us, p_clock_source, p_camera_clock, p_ended, p_sha256, p_fragments,
            p_crc32);
  insert into chunk_pending (run_no, seq, camera_id, start_at, end_at) values (v_run.run_no, p_seq, v_run.camera_id, p_start, v_end);
  -- Holes up to 500 ms are jitter, not gaps.
  v_new_stretch := v_run.stretch_start is null or p_start > v_run.last_end + interval '500 milliseconds';
  if v_new_stretch and v_run.stretch_start is not null then
    insert into coverage_run (camera_id, start_at, end_at, run_no)
      values (v_run.camera_id, v_run.stretch_start, v_run.last_end, v_run.run_no);
  end if;
  update run set last_seq = p_seq, tip = p_tip, last_end = greatest(v_end, last_end),
                 stretch_start = case when v_new_stretch then p_start else stretch_start end
    where run_no = v_run.run_no;
  return 'appended';
end $$;

-- What recorders of before there was a CRC-32 call.
create function append_chunk_v1(
  p_recorder text, p_run uuid, p_leaf bytea, p_tip bytea, p_seq int, p_start timestamptz, p_dur_us int, p_size int,
  p_frames int, p_lost int, p_init_id int, p_clock_offset_us int, p_clock_error_us int, p_residual_us int,
  p_camera_offset_us bigint, p_clock_source int2, p_camera_clock int2, p_ended int2, p_sha256 bytea, p_fragments bytea
) returns text language sql as $$
  select append_chunk_v2(p_recorder, p_run, p_leaf, p_tip, p_seq, p_start, p_dur_us, p_size, p_frames, p_lost, p_init_id,
                         p_clock_offset_us, p_clock_error_us, p_residual_us, p_camera_offset_us, p_clock_source, p_camera_clock,
                         p_ended, p_sha256, p_fragments, -1)
$$;

-- Whoever opens or closes a run, its entry is owed from then on.
create function owe_to_run() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into run_owed (run_no, event) values (new.run_no, 'open');
  elsif old.closed_at is null and new.closed_at is not null then
    insert into run_owed (run_no, event) values (new.run_no, 'close');
  end if;
  return null;
end $$;

-- Whoever makes a seal, its entry and its lines are owed from then on.
create function owe_to_seal() returns trigger language plpgsql as $$
begin
  insert into seal_owed (camera_id, hour, part, what)
    values (new.camera_id, new.hour, new.part, 'entry'), (new.camera_id, new.hour, new.part, 'lines');
  return null;
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;

create function await_audit_leaf() returns trigger language plpgsql as $$
begin
  insert into audit_pending (audit_id) values (new.audit_id);
  return null;
end $$;

create function refuse_tile_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.level = old.level and new.tile = old.tile and length(old.hashes) < 8192
     and substring(new.hashes from 1 for length(old.hashes)) = old.hashes then
    return new;
  end if;
  raise exception 'a tile only grows: % refused', tg_op using errcode = 'restrict_violation';
end $$;

-- Whether a hold covers any of [p_start, p_end). A purge asks in a statement after holds.lock_cameras, never before.
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

-- Whether a recorder that names these sites and networks prefers a camera at this site and address: leases.claim, moves.begin.
create function recorder_prefers(sites text[], networks cidr[], site text, host inet) returns boolean language sql immutable as
  'select coalesce(site = any (sites), false) or coalesce(host <<= any (networks::inet[]), false)';

-- A lease row comes with its camera, so that claiming need not look for cameras without one.
create function add_lease() returns trigger language plpgsql as $$
begin
  insert into lease (camera_id) values (new.camera_id) on conflict do nothing;
  return null;
end $$;

-- ---------------------------------------------------------------------------------------------- triggers

create trigger camera_lease after insert on camera for each row execute function add_lease();

create trigger chunk_never_changes before update on chunk for each row execute function refuse_change();
create trigger chunk_dropped_never_changes before update or delete on chunk_dropped for each row execute function refuse_change();
create trigger audit_never_changes before update or delete on audit for each row execute function refuse_change();
create trigger audit_never_empties before truncate on audit for each statement execute function refuse_change();
create trigger audit_awaits_leaf after insert on audit for each row execute function await_audit_leaf();
create trigger audit_leaf_never_changes before update or delete on audit_leaf for each row execute function refuse_change();
create trigger audit_leaf_never_empties before truncate on audit_leaf for each statement execute function refuse_change();
create trigger seal_never_changes before update or delete on seal for each row execute function refuse_change();
create trigger ledger_tile_only_grows before update or delete on ledger_tile for each row execute function refuse_tile_change();
create trigger signing_key_never_changes before update or delete on signing_key for each row execute function refuse_change();
create trigger signing_key_end_never_changes before update or delete on signing_key_end for each row execute function refuse_change();
create trigger ledger_entry_never_changes before update or delete on ledger_entry for each row execute function refuse_change();
create trigger ledger_leaf_never_changes before update or delete on ledger_leaf for each row execute function refuse_change();
create trigger ledger_checkpoint_never_changes before update or delete on ledger_checkpoint for each row execute function refuse_change();
create trigger ledger_cosignature_never_changes before update or delete on ledger_cosignature for each row execute function refuse_change();
create trigger ledger_stamp_never_changes before update or delete on ledger_stamp for each row execute function refuse_change();
create trigger run_is_owed after insert or update of closed_at on run for each row execute function owe_to_run();
create trigger seal_is_owed after insert on seal for each row execute function owe_to_seal();
create trigger run_entry_never_changes before update or delete on run_entry for each row execute function refuse_change();
create trigger seal_entry_never_changes before update or delete on seal_entry for each row execute function refuse_change();
create trigger dropped_entry_never_changes before update or delete on dropped_entry for each row execute function refuse_change();
create trigger dropped_entry_never_empties before truncate on dropped_entry for each statement execute function refuse_change();
create trigger pulse_never_changes before update or delete on pulse for each row execute function refuse_change();
create trigger case_number_never_changes before update of case_id, code, number or delete on case_file for each row execute function refuse_change();
create trigger case_exhibit_never_changes before update or delete on case_exhibit for each row execute function refuse_change();
create trigger case_exhibit_camera_never_changes before update or delete on case_exhibit_camera for each row execute function refuse_change();
create trigger legal_hold_never_changes before update or delete on legal_hold for each row execute function refuse_hold_change();
create trigger legal_hold_span_never_changes before update or delete on legal_hold_span for each row execute function refuse_change();
create trigger custody_event_never_changes before update or delete on custody_event for each row execute function refuse_change();
create trigger custody_event_never_empties before truncate on custody_event for each statement execute function refuse_change();
create trigger export_file_never_changes before update or delete on export_file for each row execute function refuse_change();
create trigger disclosure_never_changes before update of disclosure_id, export_id, case_id, number, token_sha256, passphrase_hash,
  recipient, role, note, made_by, made_at, expires_at or delete on disclosure for each row execute function refuse_change();
create trigger disclosure_end_never_changes before update or delete on disclosure_end for each row execute function refuse_change();
create trigger export_receipt_never_changes before update or delete on export_receipt for each row execute function refuse_change();
create trigger case_derivative_never_changes before update of derivative_id, case_id, number, exhibit, camera_id, from_at, to_at, parameters,
  nonce, reason, who, asked_at or delete on case_derivative for each row execute function refuse_change();

-- ---------------------------------------------------------------------------------------------- retention

-- How long footage is kept, and between which limits. Versions are added, never changed; the newest accepted one of a
-- scope that is in effect counts. Resolved camera > site > agency > default, within the limits of the agency's class.
create table retention_policy (
  policy_id      int generated always as identity primary key,
  scope          text not null check (scope in ('default', 'agency', 'site', 'camera', 'class')),
  agency_id      int references agency,
  site_id        int references site,
  camera_id      int references camera,
  category       text check (category in ('transport', 'police', 'city', 'bank', 'mall', 'hospital', 'hotel', 'entertainment', 'other')),
  keep_us        bigint check (keep_us > 0),                      -- null: none of its own, what stands above it counts
  min_us         bigint check (min_us >= 0),                      -- of a class: never less, whatever policy or pressure
  max_us         bigint check (max_us > 0 and max_us >= min_us),  -- of a class: never more
  basis          text not null check (basis <> ''),               -- the law or regulation that it rests on
  reason         text not null default '',                        -- why it was changed
  effective_at   timestamptz not null,
  state          text not null check (state in ('proposed', 'accepted', 'withdrawn')),
  preview        jsonb not null default '{}',                     -- what the dry run said when it was proposed
  preview_sha256 bytea check (length(preview_sha256) = 32),
  proposed_by    int references person,                           -- null: a starting value of the archive itself
  proposed_at    timestamptz not null,
  decided_by     int references person,                           -- who accepted (another person, when it shortens) or withdrew
  decided_at     timestamptz,
  shortens       boolean not null,
  entry_id       bigint unique references ledger_entry,           -- null: not told in the log yet
  check ((scope = 'agency') = (agency_id is not null) and (scope = 'site') = (site_id is not null)
         and (scope = 'camera') = (camera_id is not null) and (scope = 'class') = (category is not null)),
  check ((scope = 'class') = (min_us is not null) and (min_us is null) = (max_us is null)),
  check (scope <> 'class' or keep_us is null),
  check (scope <> 'default' or keep_us is not null),
  check ((state = 'proposed') = (decided_at is null)),
  check (state <> 'accepted' or not shortens or decided_by is distinct from proposed_by)
);
create index retention_policy_state on retention_policy (state, effective_at);-- policies.in_force

insert into retention_policy (scope, category, keep_us, min_us, max_us, basis, effective_at, state, proposed_at, decided_at, shortens)
select 'class', category, null, 7 * 86400000000, 365 * 86400000000, 'Starting value of Saksi; replace it by the article that applies',
       '-infinity'::timestamptz, 'accepted', now(), now(), false
from unnest(array['transport', 'police', 'city', 'bank', 'mall', 'hospital', 'hotel', 'entertainment', 'other']) as category
union all
select 'default', null, 30 * 86400000000, null, null, 'Starting value of Saksi; replace it by the article that applies',
       '-infinity'::timestamptz, 'accepted', now(), now(), false;

-- A purge: announced in the log, carried out when it is due, told in the log again with a certificate.
create table purge_run (
  purge_id       int generated always as identity primary key,
  kind           text not null check (kind in ('policy', 'pressure', 'manual', 'thinned')),
  state          text not null default 'noticed' check (state in ('noticed', 'running', 'done', 'cancelled')),
  reason         text not null default '',
  asked_by       int references person,                           -- null: the schedule
  approved_by    int references person,                           -- the second officer of what no policy asks for
  wanted         jsonb not null default '{}',                     -- manual: cameras and span; pressure: bytes to free
  noticed_at     timestamptz not null,
  due_at         timestamptz not null check (due_at >= noticed_at),-- when it is carried out, and the time that ages are counted to
  started_at     timestamptz,
  finished_at    timestamptz,
  expected       jsonb not null default '{}',                     -- cameras, hours, bytes as the notice told
  result         jsonb not null default '{}',                     -- what the certificate sums up
  attempts       int not null default 0,                          -- claims so far; fences a worker that lost its own
  claimed_until  timestamptz not null default '-infinity',
  last_error     text not null default '',
  notice_entry   bigint unique references ledger_entry,
  done_entry     bigint unique references ledger_entry,
  certificate    bytea,                                           -- certificate.json as signed; its digest is in done_entry
  check ((state = 'done') = (done_entry is not null) and (done_entry is null) = (finished_at is null)
         and (done_entry is null) = (certificate is null)),
  check (kind <> 'manual' or state in ('noticed', 'cancelled') or (approved_by is not null and approved_by <> asked_by))
);
create index purge_run_open on purge_run (due_at) where state in ('noticed', 'running');-- purge.due

-- What a purge took of a seal. The seal stays, and this beside it, for ever; the rows of the chunks are gone.
create table tombstone (
  camera_id   int not null,
  hour        timestamptz not null,
  part        int2 not null,
  purge_id    int not null references purge_run,
  run_no      int not null references run,
  seqs        int4multirange not null,                            -- numbers in the run of the chunks that went
  spans       tstzmultirange not null,                            -- their times
  n           int not null check (n > 0),
  bytes       bigint not null,
  policy_id   int references retention_policy,                    -- null: no policy asked for it
  claimed_at  timestamptz not null,                               -- from then on the footage is nobody's to read or to hold
  gone_at     timestamptz,                                        -- the store was asked and has none of its objects
  pictures    timestamptz[],                                      -- thumbnails that go with it; null when they are gone
  primary key (camera_id, hour, part, purge_id),
  foreign key (camera_id, hour, part) references seal,
  check ((gone_at is null) = (pictures is not null))
);
create index tombstone_claimed on tombstone (purge_id, camera_id, hour) where gone_at is null;-- purge.claimed
create index tombstone_run on tombstone (purge_id, camera_id, hour, part);                    -- purge.tombstones

-- Camera-hours of which there still is footage: a seal enters by trigger, a purge takes it out.
create table kept_hour (
  camera_id   int not null,
  hour        timestamptz not null,
  part        int2 not null,
  n           int not null check (n > 0),                         -- chunks left
  bytes       bigint not null,                                    -- of them
  start_at    timestamptz not null,                               -- of the whole seal
  end_at      timestamptz not null,
  checked_at  timestamptz not null default '-infinity',           -- when scrub last read its objects
  checked_seq int not null default 0,                             -- last chunk of a reading that is not through yet
  primary key (camera_id, hour, part)
) with (fillfactor = 80);
create index kept_hour_checked on kept_hour (greatest(checked_at, end_at));-- scrub.next_hour, scrub.oldest

create function keep_hour() returns trigger language plpgsql as $$
begin
  insert into kept_hour (camera_id, hour, part, n, bytes, start_at, end_at)
    values (new.camera_id, new.hour, new.part, new.n, new.bytes, lower(new.spans), upper(new.spans));
  return null;
end $$;
create trigger seal_is_kept after insert on seal for each row execute function keep_hour();

-- The policy of every camera at an instant: how long it keeps, between which limits, and the policies that say so.
create function camera_policy_v1(p_at timestamptz) returns table (
  camera_id int, keep_us bigint, min_us bigint, max_us bigint, policy_id int, limit_id int
) language sql stable as $$
  with newest as not materialized (
    select distinct on (scope, p.agency_id, p.site_id, p.camera_id, category) p.*
    from retention_policy p
    where state = 'accepted' and effective_at <= p_at
    order by scope, p.agency_id, p.site_id, p.camera_id, category, effective_at desc, p.policy_id desc
  )
  select c.camera_id, greatest(l.min_us, least(l.max_us, coalesce(m.keep_us, s.keep_us, b.keep_us, d.keep_us))), l.min_us, l.max_us,
         case when m.keep_us is not null then m.policy_id when s.keep_us is not null then s.policy_id
              when b.keep_us is not null then b.policy_id else d.policy_id end, l.policy_id
  from camera c join agency a using (agency_id)
  join newest l on l.scope = 'class' and l.category = a.category
  left join newest m on m.scope = 'camera' and m.camera_id = c.camera_id
  left join newest s on s.scope = 'site' and s.site_id = c.site_id
  left join newest b on b.scope = 'agency' and b.agency_id = c.agency_id
  left join newest d on d.scope = 'default'
  where coalesce(m.keep_us, s.keep_us, b.keep_us, d.keep_us) is not null
$$;

create function refuse_policy_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (old.state = 'proposed' or old.entry_id is null)
     and (new.policy_id, new.scope, new.basis, new.reason, new.effective_at, new.preview, new.proposed_at, new.shortens)
       = (old.policy_id, old.scope, old.basis, old.reason, old.effective_at, old.preview, old.proposed_at, old.shortens)
     and (new.agency_id, new.site_id, new.camera_id, new.category, new.keep_us, new.min_us, new.max_us, new.preview_sha256, new.proposed_by)
       is not distinct from
         (old.agency_id, old.site_id, old.camera_id, old.category, old.keep_us, old.min_us, old.max_us, old.preview_sha256, old.proposed_by)
     and (old.state = 'proposed' or (new.state = old.state and new.decided_by is not distinct from old.decided_by)) then
    return new;
  end if;
  raise exception 'a policy is replaced by a new version and never changed: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger retention_policy_never_changes before update or delete on retention_policy for each row execute function refuse_policy_change();

create function refuse_tombstone_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.gone_at is null and new.gone_at is not null and new.pictures is null
     and (new.camera_id, new.hour, new.part, new.purge_id, new.run_no, new.seqs, new.spans, new.n, new.bytes, new.claimed_at)
       = (old.camera_id, old.hour, old.part, old.purge_id, old.run_no, old.seqs, old.spans, old.n, old.bytes, old.claimed_at)
     and new.policy_id is not distinct from old.policy_id then
    return new;
  end if;
  raise exception 'a tombstone stays as it is: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger tombstone_never_changes before update or delete on tombstone for each row execute function refuse_tombstone_change();
create trigger tombstone_never_empties before truncate on tombstone for each statement execute function refuse_change();

-- Drops the table of a UTC day that was detached, or attaches it again when a chunk came late. Answers whether it is gone.
create function drop_chunk_day(p_day date) returns boolean language plpgsql as $$
declare
  v_name text := format('chunk_%s', to_char(p_day, 'YYYYMMDD'));
  v_pending boolean;
  v_left boolean;
begin
  perform pg_advisory_xact_lock(hashtext('saksi add_chunk_day'));
  if to_regclass(v_name) is null then
    return true;
  end if;
  select i.inhdetachpending into v_pending from pg_inherits i where i.inhrelid = to_regclass(v_name);
  if v_pending then
    execute format('alter table chunk detach partition %I finalize', v_name);
  elsif found then
    return false;                                                 -- a partition like any other: nobody detached it
  end if;
  execute format('lock table %I in access exclusive mode', v_name);
  execute format('select exists (select from %I)', v_name) into v_left;
  if v_left then
    execute format('alter table chunk attach partition %I for values from (%L) to (%L)', v_name,
                   p_day::timestamp at time zone 'UTC', (p_day + 1)::timestamp at time zone 'UTC');
    return false;
  end if;
  execute format('drop table %I', v_name);
  return true;
end $$;

-- ---------------------------------------------------------------------------------------------- scrub

-- An object that is not as it should be. Told once, in the log too; what became of it is written beside it later.
create table scrub_finding (
  finding_id      bigint generated always as identity primary key,
  kind            text not null check (kind in ('missing', 'size', 'corrupt', 'crc32', 'unreadable', 'foreign', 'leftover')),
  object_key      text not null check (object_key <> ''),
  camera_id       int references camera,                          -- null: of no camera of ours
  run_no          int references run,
  seq             int,
  start_at        timestamptz,                                    -- of the chunk; of a purged one, of what was purged with it
  end_at          timestamptz check (end_at > start_at),
  expected        text not null,                                  -- size, or hash in hex
  found           text not null,
  touches         jsonb not null,                                 -- holds, cases, exhibits on the span when it was found
  found_at        timestamptz not null,
  entry_id        bigint not null unique references ledger_entry,
  resolution      text check (resolution in ('repaired', 'returned', 'gone', 'changed', 'quarantined', 'accepted')),
  resolved_at     timestamptz,
  resolved_by     int references person,                          -- who accepted it; null: the archive itself
  note            text not null default '',                       -- what they said
  resolved_entry  bigint unique references ledger_entry,
  check ((camera_id is null) = (start_at is null) and (camera_id is null) = (end_at is null)),
  check ((resolution is null) = (resolved_at is null) and (resolution is null) = (resolved_entry is null)),
  check ((resolution is not distinct from 'accepted') = (resolved_by is not null))
);
create unique index scrub_finding_open on scrub_finding (object_key) where resolution is null;         -- scrub.open_of
create index scrub_finding_stands on scrub_finding (camera_id, end_at) where resolution is null or resolution = 'accepted';-- scrub.open_for
create index scrub_finding_accepted on scrub_finding (object_key) where resolution = 'accepted';       -- scrub.accepted_of

-- A chunk that whoever has it on its spool is to send again.
create table spool_request (
  finding_id   bigint primary key references scrub_finding,
  asked_at     timestamptz not null,
  until_at     timestamptz not null,                              -- told as not to be had when nobody has sent it by then
  state        text not null default 'asked' check (state in ('asked', 'sent', 'nobody', 'differs', 'failed', 'done')),
  recorder     text not null default '',                          -- who answered
  detail       text not null default ''
);
create index spool_request_open on spool_request (state, asked_at) where state <> 'done';-- scrub.wanted, scrub.sent, scrub.overdue

-- Where the work stands; one worker at a time, fenced by the number of its claim.
create table scrub_state (
  only_one       boolean primary key default true check (only_one),
  claims         int not null default 0,
  claimed_until  timestamptz not null default '-infinity',
  next_at        timestamptz not null default '-infinity',        -- reading goes on from then: that is the rate
  bytes_read     bigint not null default 0,                       -- since the beginning
  chunks_read    bigint not null default 0,
  listed_at      timestamptz not null default '-infinity',        -- when the last listing of all cameras began
  list_after     text,                                            -- the camera listed last; null: none is under way
  rechecked_at   timestamptz not null default '-infinity',        -- when open findings were last looked at again
  looked         bigint not null default 0,                       -- chunks since listed_at
  lost           bigint not null default 0,                       -- newly missing or unreadable ones of them
  lifted         boolean not null default false,                  -- a person said that so much is really lost
  stopped_at     timestamptz,                                     -- so much was missing that the store itself is in doubt
  stopped_keys   text[] not null default '{}'                     -- some of what was missing then: when all are back, it goes on
);
insert into scrub_state default values;

create function refuse_finding_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (old.resolution is null or (old.resolution = 'accepted' and new.resolution <> 'accepted'))
     and new.resolution is not null
     and (new.finding_id, new.kind, new.object_key, new.expected, new.found, new.touches, new.found_at, new.entry_id)
       = (old.finding_id, old.kind, old.object_key, old.expected, old.found, old.touches, old.found_at, old.entry_id)
     and (new.camera_id, new.run_no, new.seq, new.start_at, new.end_at)
       is not distinct from (old.camera_id, old.run_no, old.seq, old.start_at, old.end_at) then
    return new;
  end if;
  raise exception 'a finding stays as it was found: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger scrub_finding_never_changes before update or delete on scrub_finding for each row execute function refuse_finding_change();
create trigger scrub_finding_never_empties before truncate on scrub_finding for each statement execute function refuse_change();

-- ---------------------------------------------------------------------------------------------- growth and pressure

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
-- Each step of a policy's version with its entry in the log: what names people, committed to there and kept here.
create table policy_event (
  entry_id   bigint primary key references ledger_entry,
  policy_id  int not null references retention_policy,
  event      text not null check (event in ('start', 'propose', 'accept', 'withdraw')),
  nonce      bytea not null check (length(nonce) = 32),           -- the entry holds SHA-256(nonce || body)
  body       bytea not null                                       -- canonical; names people, so it never enters the log itself
);
create index policy_event_policy on policy_event (policy_id);
create trigger policy_event_never_changes before update or delete on policy_event for each row execute function refuse_change();

-- Dry runs of changes. One that shortens must have been shown to whoever proposes it, within the hour before.
create table policy_preview (
  sha256   bytea primary key check (length(sha256) = 32),         -- over the canonical bytes of what it told
  made_by  int not null references person,
  made_at  timestamptz not null,
  told     jsonb not null
);
create index policy_preview_age on policy_preview (made_at);      -- policies.forget_previews

-- The store's own legal hold on objects under hold.

-- What the footage's bucket was found to offer; one row.
create table store_lock (
  only_one  boolean primary key default true check (only_one),
  bucket    text not null,
  offered   boolean not null,                                     -- it was made with object lock
  asked_at  timestamptz not null,
  sung_at   timestamptz,                                          -- last canary of the legal hold, also in the log
  passed    boolean,
  failed    text[] not null default '{}',                         -- codes of what did not hold
  check ((sung_at is null) = (passed is null))
);

-- How far the objects under a hold's span were gone through. Again and again, for what is stored later.
create table object_hold_span (
  hold_id    int not null,
  camera_id  int not null,
  from_at    timestamptz not null,
  to_at      timestamptz not null,
  reached    timestamptz not null,                                -- where this pass goes on
  whole      boolean not null,                                    -- it began at the start of the span
  whole_at   timestamptz,                                         -- when the last such pass ended
  look_at    timestamptz not null,                                -- when it goes on
  primary key (hold_id, camera_id, from_at, to_at),
  foreign key (hold_id, camera_id, from_at, to_at) references legal_hold_span
);
create index object_hold_span_look on object_hold_span (look_at);-- locks.due_spans, locks.released_spans

-- An object that carries the store's legal hold, or is to. Goes when no hold covers it and it was lifted.
create table object_hold (
  camera_id   int not null references camera,
  at          timestamptz not null,                               -- start of the chunk, or the instant of the thumbnail
  run_no      int not null,                                       -- of the chunk; a thumbnail has 0; a file imported alone -import_id
  seq         int not null,
  start_at    timestamptz not null,                               -- of the chunk, as holds cover it
  end_at      timestamptz not null,
  put_at      timestamptz,                                        -- null: owed
  tries       int not null default 0,                             -- that failed
  try_at      timestamptz not null default '-infinity',
  last_error  text not null default '',
  kind        text not null check (kind in ('chunk', 'thinned', 'thumbnail', 'import')),
  primary key (camera_id, at, kind, run_no)
);
create index object_hold_camera on object_hold (camera_id, end_at);                              -- locks.to_lift, locks.of_hold
create index object_hold_owed on object_hold (try_at, camera_id, at) where put_at is null;       -- locks.to_put

-- That an agency was told by mail, on a day, what the coming days delete.
create table digest_mail (
  agency_id  int not null references agency,
  day        date not null,                                       -- in the zone of papers
  attempts   int not null default 0,
  next_at    timestamptz not null,                                -- not tried again before
  sent_at    timestamptz,                                         -- the server took it
  last_error text not null default '',
  primary key (agency_id, day)
);

-- ---------------------------------------------------------------------------------------------- thinning

-- When footage is thinned. Versions are added, never changed; the newest accepted one of a scope counts, resolved as
-- retention policies are: camera > site > agency > default.
create table thinning_policy (
  thinning_id  int generated always as identity primary key,
  scope        text not null check (scope in ('default', 'agency', 'site', 'camera')),
  agency_id    int references agency,
  site_id      int references site,
  camera_id    int references camera,
  mode         text check (mode in ('keyframes', 'one_a_second')), -- null: nothing is thinned there
  after_us     bigint check (after_us > 0),                        -- the age at which it is thinned
  basis        text not null check (basis <> ''),                  -- the law or regulation that it rests on
  reason       text not null default '',
  state        text not null check (state in ('proposed', 'accepted', 'withdrawn')),
  proposed_by  int not null references person,
  proposed_at  timestamptz not null,
  decided_by   int references person,
  decided_at   timestamptz,                                        -- in effect from then on, when accepted
  entry_id     bigint unique references ledger_entry,              -- tells of the acceptance, or the withdrawal
  proposal_entry bigint unique references ledger_entry,            -- tells of the proposal; null: none was needed, or made before
  check ((scope = 'agency') = (agency_id is not null) and (scope = 'site') = (site_id is not null)
         and (scope = 'camera') = (camera_id is not null)),
  check ((mode is null) = (after_us is null)),
  check ((state = 'proposed') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
  check (case state when 'proposed' then entry_id is null when 'accepted' then entry_id is not null else true end),
  check (state <> 'accepted' or mode is null or decided_by <> proposed_by)
);

create function refuse_thinning_policy_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.state = 'proposed' and new.state <> 'proposed'
     and (new.thinning_id, new.scope, new.basis, new.reason, new.proposed_by, new.proposed_at)
       = (old.thinning_id, old.scope, old.basis, old.reason, old.proposed_by, old.proposed_at)
     and (new.agency_id, new.site_id, new.camera_id, new.mode, new.after_us, new.proposal_entry)
       is not distinct from (old.agency_id, old.site_id, old.camera_id, old.mode, old.after_us, old.proposal_entry) then
    return new;
  end if;
  raise exception 'a policy is replaced by a new version and never changed: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger thinning_policy_never_changes before update or delete on thinning_policy for each row execute function refuse_thinning_policy_change();

-- What is thinned of which cameras at an instant: the age at which, never below the legal minimum of the camera's class,
-- and only where it comes before the end of what is kept.
create function camera_thinning_v1(p_at timestamptz) returns table (
  camera_id int, mode text, after_us bigint, thinning_id int, keep_us bigint
) language sql stable as $$
  with newest as not materialized (
    select distinct on (scope, t.agency_id, t.site_id, t.camera_id) t.*
    from thinning_policy t
    where state = 'accepted' and decided_at <= p_at
    order by scope, t.agency_id, t.site_id, t.camera_id, decided_at desc, t.thinning_id desc
  )
  select c.camera_id, w.mode, greatest(w.after_us, p.min_us), w.thinning_id, p.keep_us
  from camera c join camera_policy_v1(p_at) p using (camera_id)
  left join newest m on m.scope = 'camera' and m.camera_id = c.camera_id
  left join newest s on s.scope = 'site' and s.site_id = c.site_id
  left join newest b on b.scope = 'agency' and b.agency_id = c.agency_id
  left join newest d on d.scope = 'default'
  join thinning_policy w on w.thinning_id = coalesce(m.thinning_id, s.thinning_id, b.thinning_id, d.thinning_id)
  where w.mode is not null and greatest(w.after_us, p.min_us) < p.keep_us
$$;

-- Thinned chunks of a camera's day as the log was told of them: a line a chunk, original and thinned, under one root.
create table thinning_batch (
  batch_id   int generated always as identity primary key,
  camera_id  int not null references camera,
  day        timestamptz not null,                                 -- start of the UTC day
  n          int not null check (n > 0),
  root       bytea not null check (length(root) = 32),
  made_at    timestamptz not null,
  entry_id   bigint not null unique references ledger_entry,
  checked_at timestamptz not null default '-infinity',             -- all of it was read; infinity: nothing is left
  checked_to timestamptz not null default 'epoch',                 -- begin of the last chunk of a reading that is not through yet
  original_bytes bigint not null default 0,                        -- of the originals, when the log was told
  thinned_bytes  bigint not null default 0,                        -- of what was kept of them, then
  left_bytes     bigint not null default 0                         -- of that, what is still there
);
create index thinning_batch_checked on thinning_batch (greatest(checked_at, made_at));-- scrub.next_thinned, scrub.oldest

-- A chunk of keyframes alone, beside or, after its purge, in place of the original, of which all that its chain entry says
-- is kept. Read only where the row of the original is gone.
create table thinned_chunk (
  camera_id         int not null,
  run_no            int not null references run,
  start_at          timestamptz not null,                          -- the original's columns, as in chunk
  seq               int not null,
  dur_us            int not null,
  size              int not null,
  frames            int not null,
  lost              int not null,
  init_id           int not null,
  clock_offset_us   int not null,
  clock_error_us    int not null,
  residual_us       int not null,
  camera_offset_us  bigint not null,
  clock_source      int2 not null,
  camera_clock      int2 not null,
  ended             int2 not null,
  sha256            bytea not null check (length(sha256) = 32),
  hour              timestamptz not null,                          -- the seal that the original is under
  part              int2 not null,
  mode              text not null check (mode in ('keyframes', 'one_a_second')),
  thin_init_id      int not null references init_segment,
  thin_size         int not null check (thin_size > 0),
  thin_frames       int not null check (thin_frames > 0),
  thin_sha256       bytea not null check (length(thin_sha256) = 32),
  thin_crc32        bigint not null check (thin_crc32 between 0 and 4294967295),
  thin_fragments    bytea not null,                                -- packed fragment index, saksi/fmp4/spans.py
  made_at           timestamptz not null,
  batch_id          int references thinning_batch,                 -- null: the log was not told of it yet
  primary key (camera_id, start_at, run_no)                        -- footage.shown, thinning.due_days
);
create index thinned_chunk_untold on thinned_chunk (camera_id, start_at) where batch_id is null;-- thinning.untold_days

-- What a purge took of the thinned chunks under a seal, as a tombstone does of originals.
create table thinned_tombstone (
  camera_id   int not null,
  hour        timestamptz not null,
  part        int2 not null,
  purge_id    int not null references purge_run,
  run_no      int not null references run,
  seqs        int4multirange not null,
  spans       tstzmultirange not null,
  n           int not null check (n > 0),
  bytes       bigint not null,
  policy_id   int references retention_policy,
  claimed_at  timestamptz not null,
  gone_at     timestamptz,                                         -- the store was asked and has none of its objects
  pictures    timestamptz[],                                       -- thumbnails that go with it; null when they are gone
  primary key (camera_id, hour, part, purge_id),                   -- footage.purged
  foreign key (camera_id, hour, part) references seal,
  check ((gone_at is null) = (pictures is not null))
);
create index thinned_tombstone_claimed on thinned_tombstone (purge_id, camera_id, hour) where gone_at is null;-- thinning.claimed
create index thinned_tombstone_run on thinned_tombstone (purge_id);-- thinning.gone_lines
create trigger thinned_tombstone_never_changes before update or delete on thinned_tombstone for each row execute function refuse_tombstone_change();
create trigger thinned_tombstone_never_empties before truncate on thinned_tombstone for each statement execute function refuse_change();

-- Where the work stands; one worker at a time, fenced by the number of its claim.
create table thinning_state (
  only_one       boolean primary key default true check (only_one),
  claims         int not null default 0,
  claimed_until  timestamptz not null default '-infinity',
  day            timestamptz not null default 'epoch',             -- how far this round has come
  camera_id      int not null default 0,
  hour           timestamptz not null default 'epoch',
  part           int2 not null default 0,
  seq            int not null default 0,
  working        boolean not null default false                    -- objects without a row may lie behind seq of that hour
);
insert into thinning_state default values;

-- Chunks as readers show them where only a thinned one is left; the columns of chunk_entry and what the thinned one is.
create view thinned_entry as
select t.*, r.run, k.code as camera, i.sha256 as init_sha256, n.sha256 as thin_init_sha256, n.codec, n.codecs, n.width, n.height,
       n.audio, length(n.body) as init_length
from thinned_chunk t
join run r using (run_no)
join camera k on k.camera_id = t.camera_id
join init_segment i on i.init_id = t.init_id
join init_segment n on n.init_id = t.thin_init_id
where not exists (select from chunk c where (c.camera_id, c.start_at, c.run_no) = (t.camera_id, t.start_at, t.run_no));

-- ---------------------------------------------------------------------------------------------- imports

-- A file that somebody brought from another recorder: kept as it was, and the run that was made of it. What its entry in
-- the log commits to names people and stands here alone.
create table import_file (
  import_id     int generated always as identity primary key,
  camera_id     int not null references camera,
  run_no        int unique references run,                        -- null: the file alone is kept
  sha256        bytea not null check (length(sha256) = 32),       -- names its object, too
  size          bigint not null check (size > 0),
  container     text not null,                                    -- as FFmpeg calls it
  start_at      timestamptz not null,                             -- first picture, by the clock stated and what is known of it
  end_at        timestamptz not null check (end_at > start_at),   -- of its last picture; before it was read through, as the file says
  clock_offset_us bigint,                                         -- that clock minus true time as stated; null: nobody knows
  state         text not null default 'arriving' check (state in ('arriving', 'done')),
  made_at       timestamptz not null,
  entry_id      bigint not null unique references ledger_entry,
  nonce         bytea not null check (length(nonce) = 32),        -- the entry holds SHA-256(nonce || body)
  body          bytea not null,                                   -- canonical: who brought it, from where, the file's name
  gone_at       timestamptz,                                      -- the file was erased, after the last of its footage
  gone_entry    bigint unique references ledger_entry,
  check ((gone_at is null) = (gone_entry is null))
);
create unique index import_file_sha256 on import_file (sha256) where gone_at is null;-- imports.known
create index import_file_camera on import_file (camera_id, start_at);-- imports.over

create function refuse_import_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.gone_at is null
     and (new.import_id, new.camera_id, new.sha256, new.size, new.container, new.start_at, new.made_at, new.entry_id, new.nonce, new.body)
       = (old.import_id, old.camera_id, old.sha256, old.size, old.container, old.start_at, old.made_at, old.entry_id, old.nonce, old.body)
     and new.run_no is not distinct from old.run_no and new.clock_offset_us is not distinct from old.clock_offset_us
     and (old.state = 'arriving' or (new.state, new.end_at) = (old.state, old.end_at)) then
    return new;
  end if;
  raise exception 'what is known of an import stays as it is: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger import_file_never_changes before update or delete on import_file for each row execute function refuse_import_change();
create trigger import_file_never_empties before truncate on import_file for each statement execute function refuse_change();

-- ---------------------------------------------------------------------------------------------- footage on demand

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

-- ---------------------------------------------------------------------------------------------- sight

-- What an officer lets a member of a case see for a while, outside their agencies and areas.
create table sight_grant (
  grant_id    int generated always as identity primary key,
  case_id     int not null references case_file,
  person_id   int not null references person,
  from_at     timestamptz not null,
  to_at       timestamptz not null check (to_at > from_at),
  reason      text not null check (reason <> ''),
  given_by    int not null references person,
  given_at    timestamptz not null,
  expires_at  timestamptz not null check (expires_at > given_at),
  ended_by    int references person,
  ended_at    timestamptz,
  check ((ended_by is null) = (ended_at is null))
);
create index sight_grant_person on sight_grant (person_id) where ended_at is null;
create index sight_grant_case on sight_grant (case_id);

create table sight_grant_camera (
  grant_id   int not null references sight_grant,
  camera_id  int not null references camera,
  primary key (grant_id, camera_id)
);

create function refuse_grant_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.ended_at is null and new.ended_at is not null
     and (new.grant_id, new.case_id, new.person_id, new.from_at, new.to_at, new.reason, new.given_by, new.given_at, new.expires_at)
       = (old.grant_id, old.case_id, old.person_id, old.from_at, old.to_at, old.reason, old.given_by, old.given_at, old.expires_at) then
    return new;
  end if;
  raise exception 'a grant is ended and never changed: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger sight_grant_never_changes before update or delete on sight_grant for each row execute function refuse_grant_change();
create trigger sight_grant_camera_never_changes before update or delete on sight_grant_camera for each row execute function refuse_change();

-- Whether a person whose sight is limited may know of a camera: it is of their agencies, stands in their areas at the
-- instant, or is granted to them.
create function camera_known_v1(p_person int, p_camera int, p_agency int, p_at timestamptz) returns boolean language sql stable as $$
  select exists (
    select from person s where s.person_id = p_person and (
      p_agency = any(s.agency_ids)
      or exists (select from camera_place p join area a on p.loc <@ a.boundary
                 where p.camera_id = p_camera and p.valid_from <= p_at and p.valid_to > p_at and a.area_id = any(s.area_ids))
      or exists (select from sight_grant_camera c join sight_grant g using (grant_id) join case_file f using (case_id)
                 where c.camera_id = p_camera and g.person_id = p_person and g.ended_at is null and g.expires_at > now()
                   and f.state = 'open')))
$$;

-- Whether the footage of all of a span is theirs to see without a grant: it is of their agencies, or the camera stood in
-- their areas all the while. A camera that is moved takes nothing with it.
create function footage_own_v1(p_person int, p_camera int, p_agency int, p_from timestamptz, p_to timestamptz)
returns boolean language sql stable as $$
  select exists (
    select from person s where s.person_id = p_person and (
      p_agency = any(s.agency_ids)
      or (s.area_ids is not null
          and exists (select from camera_place p where p.camera_id = p_camera and p.valid_from <= p_from and p.valid_to > p_from)
          and not exists (select from camera_place p
                          where p.camera_id = p_camera and p.valid_from < p_to and p.valid_to > p_from and not exists (
                            select from area a where a.area_id = any(s.area_ids) and p.loc <@ a.boundary)))))
$$;

-- Whether they may see it at all: it is theirs, or lies in what one grant gives.
create function footage_seen_v1(p_person int, p_camera int, p_agency int, p_from timestamptz, p_to timestamptz)
returns boolean language sql stable as $$
  select footage_own_v1(p_person, p_camera, p_agency, p_from, p_to) or exists (
    select from sight_grant_camera c join sight_grant g using (grant_id) join case_file f using (case_id)
    where c.camera_id = p_camera and g.person_id = p_person and g.ended_at is null and g.expires_at > now()
      and f.state = 'open' and g.from_at <= p_from and g.to_at >= p_to)
$$;

-- What of a camera's footage is theirs to see, as spans.
create function footage_spans_v1(p_person int, p_camera int, p_agency int)
returns table (from_at timestamptz, to_at timestamptz) language sql stable as $$
  select '-infinity'::timestamptz, 'infinity'::timestamptz
  from person s where s.person_id = p_person and p_agency = any(s.agency_ids)
  union all
  select p.valid_from, p.valid_to from camera_place p
  where p.camera_id = p_camera and exists (
    select from person s join area a on a.area_id = any(s.area_ids) where s.person_id = p_person and p.loc <@ a.boundary)
  union all
  select g.from_at, g.to_at
  from sight_grant_camera c join sight_grant g using (grant_id) join case_file f using (case_id)
  where c.camera_id = p_camera and g.person_id = p_person and g.ended_at is null and g.expires_at > now() and f.state = 'open'
$$;

-- Whether they may know of an agency: it is theirs, or a camera of it that they may know of.
create function agency_known_v1(p_person int, p_agency int) returns boolean language sql stable as $$
  select exists (select from person s where s.person_id = p_person and p_agency = any(s.agency_ids))
      or exists (select from camera c where c.agency_id = p_agency and camera_known_v1(p_person, c.camera_id, c.agency_id, now()))
$$;

create function site_known_v1(p_person int, p_site int, p_agency int) returns boolean language sql stable as $$
  select exists (select from person s where s.person_id = p_person and p_agency = any(s.agency_ids))
      or exists (select from camera c where c.site_id = p_site and camera_known_v1(p_person, c.camera_id, c.agency_id, now()))
$$;

-- ---------------------------------------------------------------------------------------------- incidents

-- What happened where and when. Nothing in it tells of a person.
create table incident_kind (
  code     text primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name_en  text not null check (name_en <> ''),
  name_id  text not null check (name_id <> '')
);
insert into incident_kind (code, name_en, name_id) values
  ('jambret', 'snatch theft', 'jambret'),
  ('curanmor', 'motor vehicle theft', 'pencurian kendaraan bermotor'),
  ('curat', 'aggravated theft', 'pencurian dengan pemberatan'),
  ('curas', 'theft with violence', 'pencurian dengan kekerasan'),
  ('begal', 'street robbery of riders', 'begal'),
  ('penganiayaan', 'assault', 'penganiayaan'),
  ('tawuran', 'group brawl', 'tawuran'),
  ('balap-liar', 'illegal street race', 'balap liar'),
  ('vandalisme', 'vandalism', 'perusakan'),
  ('laka-lantas', 'traffic accident', 'kecelakaan lalu lintas'),
  ('lain', 'other', 'lain-lain');

create table incident (
  incident_id  int not null,
  version      int not null check (version > 0),                  -- corrections are new versions; the last one counts
  kind         text not null references incident_kind,
  from_at      timestamptz not null,                              -- when it happened, or the first moment it can have
  to_at        timestamptz not null check (to_at >= from_at),     -- the last moment it can have; as from_at where the time is known
  lat          float8 not null check (lat between -90 and 90),
  lon          float8 not null check (lon between -180 and 180),
  accuracy_m   float8 not null check (accuracy_m between 1 and 50000),-- metres around the point in which it happened
  loc          point generated always as (point(lon, lat)) stored,
  case_id      int references case_file,
  reference    text not null default '',                          -- number in the source's own books
  source       text not null default '',                          -- who tells of it, such as SPKT
  note         text not null default '',                          -- without personal data
  withdrawn    boolean not null default false,
  reason       text not null default '',                          -- why it was corrected or withdrawn
  fingerprint  bytea check (length(fingerprint) = 32),            -- of an imported line, on its first version: the same file twice adds nothing
  entered_by   int not null references person,
  entered_at   timestamptz not null,
  replaced_at  timestamptz,                                       -- when a later version took its place; null: this one counts
  primary key (incident_id, version),
  check (version = 1 or reason <> '')
);
create sequence incident_number as int owned by incident.incident_id;
create unique index incident_current on incident (incident_id) where replaced_at is null;
create unique index incident_import on incident (fingerprint) where fingerprint is not null;
create index incident_when on incident (from_at) where replaced_at is null and not withdrawn;  -- incidents.list and every figure

create function refuse_incident_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.replaced_at is null and new.replaced_at is not null
     and to_jsonb(new) - array['replaced_at', 'loc'] = to_jsonb(old) - array['replaced_at', 'loc'] then
    return new;
  end if;
  raise exception 'an incident is corrected by a new version: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger incident_never_changes before update or delete on incident for each row execute function refuse_incident_change();
create trigger incident_never_empties before truncate on incident for each statement execute function refuse_change();

-- Incidents of a window with the cameras that stood within some metres at that time: how many there were, and whether
-- one of them recorded all of it; when `p_kept`, only what can still be watched counts. Of cameras that somebody with
-- limits sees anyway. An incident with no camera near, or less
-- exact than the radius, has 0 and false.
create function incident_watched_v1(p_sight int, p_from timestamptz, p_to timestamptz, p_kinds text[], p_box box,
                                    p_boundary polygon, p_radius_m float8, p_kept boolean)
returns table (incident_id int, kind text, from_at timestamptz, to_at timestamptz, lat float8, lon float8, loc point,
               accuracy_m float8, cameras int, recorded boolean) language sql stable as $$
  -- Places are points of the mean sphere, metres from its middle: the chord between two is told without trigonometry.
  with chosen as materialized (
    select i.incident_id, i.kind, i.from_at, i.to_at, i.lat, i.lon, i.loc, i.accuracy_m,
           6371008.8 * cos(radians(i.lat)) * cos(radians(i.lon)) as u, 6371008.8 * cos(radians(i.lat)) * sin(radians(i.lon)) as v,
           6371008.8 * sin(radians(i.lat)) as w
    from incident i
    where i.replaced_at is null and not i.withdrawn and i.from_at >= p_from and i.from_at < p_to
      and (p_kinds is null or i.kind = any(p_kinds))
      and (p_box is null or i.loc <@ p_box) and (p_boundary is null or i.loc <@ p_boundary)
  ),
  -- Cells at least as large as the radius: whoever is near enough stands in the same one or in one beside it.
  cell as materialized (
    select p_radius_m / 111000 as high,
           p_radius_m / (111000 * cos(radians(least(85, coalesce(max(abs(chosen.lat)), 0) + 1)))) as wide from chosen
  ),
  stand as materialized (
    select p.camera_id, p.valid_from, p.valid_to,
           6371008.8 * cos(radians(p.lat)) * cos(radians(p.lon)) as u, 6371008.8 * cos(radians(p.lat)) * sin(radians(p.lon)) as v,
           6371008.8 * sin(radians(p.lat)) as w,
           floor(p.lat / cell.high)::int + dy.by as y, floor(p.lon / cell.wide)::int + dx.by as x
    from camera_place p join camera c using (camera_id) cross join cell
    cross join generate_series(-1, 1) as dy (by) cross join generate_series(-1, 1) as dx (by)
    where p.valid_from < p_to and p.valid_to > p_from
      and (p_sight is null or footage_own_v1(p_sight, c.camera_id, c.agency_id, p.valid_from, p.valid_from + interval '1 us'))
  ),
  near as (
    select i.incident_id, i.from_at, i.to_at, array_agg(s.camera_id) as cameras
    from chosen i cross join cell join stand s
      on s.y = floor(i.lat / cell.high)::int and s.x = floor(i.lon / cell.wide)::int
     and s.valid_from <= i.from_at and s.valid_to > i.to_at
    where i.accuracy_m <= p_radius_m
      and (s.u - i.u) * (s.u - i.u) + (s.v - i.v) * (s.v - i.v) + (s.w - i.w) * (s.w - i.w)
          <= power(2 * 6371008.8 * sin(p_radius_m / (2 * 6371008.8)), 2)
    group by i.incident_id, i.from_at, i.to_at
  ),
  counted as (
    -- The first camera that recorded is enough.
    select n.incident_id, cardinality(n.cameras) as cameras, exists (select from unnest(n.cameras) as k (camera_id) where exists (
      -- The stretch that began last is nearly always the one; two runs that overlap are looked at after it.
      select from (
        (select v.run_no, v.end_at from coverage_run v
         where v.camera_id = k.camera_id and v.start_at <= n.from_at order by v.start_at desc limit 1)
        union all
        (select r.run_no, r.last_end from run r
         where r.camera_id = k.camera_id and r.stretch_start <= n.from_at and r.last_end > n.to_at)
        union all
        (select v.run_no, v.end_at
         from (select o.start_at from coverage_run o
               where o.camera_id = k.camera_id and o.start_at <= n.from_at and o.end_at > n.to_at offset 0) found
         join coverage_run v on v.camera_id = k.camera_id and v.start_at = found.start_at)
      ) held
      where held.end_at > n.to_at
        and not exists (select from chunk_dropped d
                        where d.camera_id = k.camera_id and d.run_no = held.run_no
                          and d.start_at > n.from_at - interval '20 minutes' and d.start_at <= n.to_at and d.end_at > n.from_at)
        and (not p_kept
             or not exists (select from tombstone t
                            where t.camera_id = k.camera_id and t.run_no = held.run_no
                              and t.hour > n.from_at - interval '80 minutes' and t.hour <= n.from_at and t.spans @> n.from_at)
             or exists (select from thinned_chunk l
                        where l.camera_id = k.camera_id and l.run_no = held.run_no
                          and l.start_at > n.from_at - interval '20 minutes' and l.start_at <= n.from_at
                          and l.start_at + l.dur_us * interval '1 microsecond' > n.from_at))
    )) as recorded
    from near n
  )
  select i.incident_id, i.kind, i.from_at, i.to_at, i.lat, i.lon, i.loc, i.accuracy_m,
         coalesce(k.cameras, 0), coalesce(k.recorded, false)
  from chosen i left join counted k using (incident_id)
$$;

-- ---------------------------------------------------------------------------------------------- agencies and the regulation

-- When a camera was to be recorded: it was there and switched on. Kept by a trigger; open while `to_at` is infinity.
create table camera_service (
  camera_id  int not null references camera on delete cascade,
  from_at    timestamptz not null,
  to_at      timestamptz not null default 'infinity' check (to_at > from_at),
  primary key (camera_id, from_at)
);

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
  error_us   int,                                                 -- the recorder's greatest bound; null: nothing held its clock
  offset_us  bigint,                                              -- the camera's clock minus the recorder's, the median of its chunks; null: it told nothing that counts
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
create index outage_end on outage (camera_id, (coalesce(end_at, 'infinity'::timestamptz))); -- compliance.cameras
create index run_imported on run (run_no) where origin = 'import'; -- compliance.cameras

-- Versions: of those that have begun, the one that begins last counts, and of two of one day the later made.
create table agency_terms (
  terms_id        int generated always as identity primary key,
  agency_id       int not null references agency,
  site_id         int references site,                            -- null: of the agency as a whole; of a site what is null is as the agency's
  from_day        date not null,                                  -- first day, in the archive's zone
  obliged         boolean check (obliged is not null or site_id is not null),
  basis           text not null default '',                       -- regulation and article
  cameras         int check (cameras >= 0),                       -- how many it must connect; null: no number is agreed
  uptime_percent  numeric(5, 2) check (uptime_percent > 0 and uptime_percent <= 100),
  retention_days  int check (retention_days between 1 and 3650),
  clock_error_ms  int check (clock_error_ms > 0),                 -- most that its cameras' clocks may be off
  reason          text not null default '',
  made_by         text not null,
  made_at         timestamptz not null default now()
);
create index agency_terms_agency on agency_terms (agency_id, site_id, from_day desc, terms_id desc); -- terms.in_force
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
  since_at       timestamptz not null,                            -- when it began to be wrong
  facts          jsonb not null,                                  -- what is agreed, what is, and why: saksi/compliance/rules.py
  opened_at      timestamptz not null,
  closed_at      timestamptz check (closed_at >= opened_at),
  promised_day   date,                                            -- by then it will be right, as somebody of the agency said
  aside_until    timestamptz,                                     -- until then it counts as set aside
  check (camera_id is null or site_id is null)
);
create unique index fault_ticket_open on fault_ticket (rule, agency_id, coalesce(site_id, 0), coalesce(camera_id, 0)) where closed_at is null;
create index fault_ticket_agency on fault_ticket (agency_id, ticket_id); -- tickets.list
create index fault_ticket_closed on fault_ticket (closed_at);     -- tickets.of_span

create table fault_ticket_event (
  event_id   bigint generated always as identity primary key,
  ticket_id  int not null references fault_ticket,
  at         timestamptz not null,
  kind       text not null check (kind in ('opened', 'reopened', 'changed', 'closed', 'note', 'acknowledged', 'set_aside')),
  person     text not null default '',
  text       text not null default '',
  day        date,                                                -- of a promise
  until_at   timestamptz,
  facts      jsonb not null default '{}'
);
create index fault_ticket_event_ticket on fault_ticket_event (ticket_id, event_id);
create trigger fault_ticket_event_never_changes before update or delete on fault_ticket_event for each row execute function refuse_change();
create trigger fault_ticket_event_never_empties before truncate on fault_ticket_event for each statement execute function refuse_change();
