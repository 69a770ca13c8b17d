-- Runs, seals and pulses in the log; CRC-32 of a chunk.

alter table chunk add column crc32 bigint not null default -1 check (crc32 between -1 and 4294967295);

drop view chunk_entry;
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

create table run_entry (
  run_no    int not null references run,
  event     text not null check (event in ('open', 'close')),
  entry_id  bigint not null unique references ledger_entry,
  primary key (run_no, event)
);

create table run_owed (
  run_no  int not null references run,
  event   text not null check (event in ('open', 'close')),
  primary key (run_no, event)
);

create table seal_entry (
  camera_id  int not null,
  hour       timestamptz not null,
  part       int2 not null,
  entry_id   bigint not null unique references ledger_entry,
  primary key (camera_id, hour, part),
  foreign key (camera_id, hour, part) references seal
);

create table seal_owed (
  camera_id  int not null,
  hour       timestamptz not null,
  part       int2 not null,
  what       text not null check (what in ('entry', 'lines')),
  primary key (what, camera_id, hour, part),
  foreign key (camera_id, hour, part) references seal
);

create table run_alarm (
  run_no    int primary key references run,
  recorder  text not null,
  last_seq  int not null,
  at        timestamptz not null default now()
);

create table pulse (
  entry_id  bigint primary key references ledger_entry,
  recorder  text not null,
  at        timestamptz not null,
  lines     bytea not null check (length(lines) % 40 = 0)
);
create index pulse_recorder on pulse (recorder, at);

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

create or replace function append_chunk_v1(
  p_recorder text, p_run uuid, p_leaf bytea, p_tip bytea, p_seq int, p_start timestamptz, p_dur_us int, p_size int,
  p_frames int, p_lost int, p_init_id int, p_clock_offset_us int, p_clock_error_us int, p_residual_us int,
  p_camera_offset_us bigint, p_clock_source int2, p_camera_clock int2, p_ended int2, p_sha256 bytea, p_fragments bytea
) returns text language sql as $$
  select append_chunk_v2(p_recorder, p_run, p_leaf, p_tip, p_seq, p_start, p_dur_us, p_size, p_frames, p_lost, p_init_id,
                         p_clock_offset_us, p_clock_error_us, p_residual_us, p_camera_offset_us, p_clock_source, p_camera_clock,
                         p_ended, p_sha256, p_fragments, -1)
$$;

create function owe_to_run() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into run_owed (run_no, event) values (new.run_no, 'open');
  elsif old.closed_at is null and new.closed_at is not null then
    insert into run_owed (run_no, event) values (new.run_no, 'close');
  end if;
  return null;
end $$;

create function owe_to_seal() returns trigger language plpgsql as $$
begin
  insert into seal_owed (camera_id, hour, part, what)
    values (new.camera_id, new.hour, new.part, 'entry'), (new.camera_id, new.hour, new.part, 'lines');
  return null;
end $$;

insert into run_owed (run_no, event)
select run_no, 'open' from run union all select run_no, 'close' from run where closed_at is not null;

insert into seal_owed (camera_id, hour, part, what)
select camera_id, hour, part, what from seal cross join (values ('entry'), ('lines')) as owed (what);

create trigger run_is_owed after insert or update of closed_at on run for each row execute function owe_to_run();
create trigger seal_is_owed after insert on seal for each row execute function owe_to_seal();
create trigger run_entry_never_changes before update or delete on run_entry for each row execute function refuse_change();
create trigger seal_entry_never_changes before update or delete on seal_entry for each row execute function refuse_change();
create trigger pulse_never_changes before update or delete on pulse for each row execute function refuse_change();
