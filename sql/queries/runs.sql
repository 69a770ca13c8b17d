-- Openings and closings of runs in the log.

-- lock --
-- So that two who tell of the same run do it one after the other.
select run_no from run where run = %(run)s for no key update;

-- known --
select 1 from run_entry where run_no = %(run_no)s and event = %(event)s;

-- add_entry --
insert into run_entry (run_no, event, entry_id) values (%(run_no)s, %(event)s, %(entry_id)s);

-- paid --
delete from run_owed where run_no = %(run_no)s and event = %(event)s;

-- owed --
-- Runs that were opened or closed by a recorder that does not write to the log, as before it could.
select o.run_no, o.event, r.run, c.code as camera, r.epoch, r.recorder, r.reason, r.parent, r.opened_at, r.origin, r.file_sha256,
       r.last_seq, r.closed_at, r.close_reason, r.closed_tip
from run_owed o join run r using (run_no) join camera c using (camera_id)
order by o.run_no, o.event desc limit %(limit)s
for update of o skip locked;
