-- Pulses: where every run of a recorder stood, each minute.

-- runs --
select run_no, run::text, last_seq from run where run = any(%(runs)s::uuid[]);

-- add --
insert into pulse (entry_id, recorder, at, lines) values (%(entry_id)s, %(recorder)s, %(at)s, %(lines)s);

-- around --
-- Of each chain that the runs' recorders have: from its last pulse at or before a window to its first at or after it.
select p.entry_id, p.recorder, p.at, p.lines, e.leaf, e.bytes
from pulse p join ledger_entry e using (entry_id)
where p.recorder = any(%(recorders)s)
  and p.at >= coalesce((select max(b.at) from pulse b where b.recorder = p.recorder and b.at <= %(from)s), %(from)s)
  and p.at <= coalesce((select min(b.at) from pulse b where b.recorder = p.recorder and b.at >= %(to)s), %(to)s)
order by p.at, p.entry_id;

-- after --
-- What a recorder told next, to find a run that was named late.
select p.entry_id, p.recorder, p.at, p.lines, e.leaf, e.bytes
from pulse p join ledger_entry e using (entry_id)
where p.recorder = %(recorder)s and (p.at, p.entry_id) > (%(at)s, %(entry_id)s)
order by p.at, p.entry_id limit %(limit)s;

-- recorders --
-- Whose chains may name these runs: the recorder that opened them, and whoever told of them.
select run_no, array_agg(distinct name) as names
from (
  select run_no, recorder as name from run where run_no = any(%(run_nos)s)
  union all
  select r.run_no, substring(e.chain from 10) from run_entry r join ledger_entry e using (entry_id)
  where r.run_no = any(%(run_nos)s) and e.chain like 'recorder/%%'
) told
group by run_no;

-- named --
-- Cameras and runs behind the numbers in lines.
select r.run_no, r.run::text, c.code as camera from run r join camera c using (camera_id) where r.run_no = any(%(run_nos)s);

-- since --
-- What the recorders that may name these runs told after an instant.
select p.lines from pulse p
where p.at >= %(since)s and p.recorder in (
  select recorder from run where run_no = any(%(run_nos)s)
  union
  select substring(e.chain from 10) from run_entry r join ledger_entry e using (entry_id)
  where r.run_no = any(%(run_nos)s) and e.chain like 'recorder/%%'
);

-- live --
-- Which of them are at work.
select k.name from recorder k
where k.instance <> '' and k.seen_at > now() - %(silent_s)s * interval '1 second' and k.name in (
  select recorder from run where run_no = any(%(run_nos)s)
  union
  select substring(e.chain from 10) from run_entry r join ledger_entry e using (entry_id)
  where r.run_no = any(%(run_nos)s) and e.chain like 'recorder/%%'
);

-- ask --
select pg_notify('saksi_pulse', %(recorder)s);
