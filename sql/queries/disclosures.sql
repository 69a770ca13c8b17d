-- Links to packages, receipts that came back.

-- lock_case --
-- Links and receipts of a case are numbered one after the other.
select case_id from case_file where case_id = %(case_id)s for no key update;

-- add --
insert into disclosure (disclosure_id, export_id, case_id, number, token_sha256, passphrase_hash, recipient, role, note, made_by, made_at,
                        expires_at)
select %(disclosure_id)s, %(export_id)s, %(case_id)s, coalesce(max(number), 0) + 1, %(token_sha256)s, %(passphrase_hash)s, %(recipient)s,
       %(role)s, %(note)s, %(made_by)s, %(at)s, %(expires_at)s
from disclosure where case_id = %(case_id)s;

-- list --
-- Of a case, or of one export, or one alone, by number.
select d.disclosure_id, d.export_id, d.case_id, d.number, d.passphrase_hash, d.recipient, d.role, d.note, d.made_by, d.made_at,
       d.expires_at, d.delivered_at, d.locked_until > now() as waits, j.package, e.ended_by, e.ended_at, e.reason as end_reason,
       (select count(*) from export_receipt r where r.disclosure_id = d.disclosure_id) as receipts
from disclosure d join export_job j using (export_id) left join disclosure_end e using (disclosure_id)
where (%(case_id)s::int is null or d.case_id = %(case_id)s) and (%(export_id)s::uuid is null or d.export_id = %(export_id)s)
  and (%(disclosure_id)s::uuid is null or d.disclosure_id = %(disclosure_id)s)
  and (%(token_sha256)s::bytea is null or d.token_sha256 = %(token_sha256)s)
  and d.number > %(after)s
order by d.number limit %(limit)s;

-- end_it --
insert into disclosure_end (disclosure_id, ended_by, ended_at, reason) values (%(disclosure_id)s, %(by)s, %(at)s, %(reason)s)
on conflict do nothing returning disclosure_id;

-- try_passphrase --
-- Counts a try before it is made, so that tries at once do not escape the pause; none when it is not time yet.
update disclosure set failed_tries = failed_tries + 1,
                      locked_until = now() + least(900, case when failed_tries < 2 then 0 else 2 ^ least(failed_tries, 10) end) * interval '1 second'
where disclosure_id = %(disclosure_id)s and locked_until <= now() returning passphrase_hash;

-- right_passphrase --
update disclosure set failed_tries = 0, locked_until = '-infinity' where disclosure_id = %(disclosure_id)s;

-- delivered --
update disclosure set delivered_at = %(at)s where disclosure_id = %(disclosure_id)s and delivered_at is null returning disclosure_id;

-- refused --
-- Answers a row when custody was not told of a refusal of this link within the minute.
update disclosure set refused_at = %(at)s where disclosure_id = %(disclosure_id)s and refused_at < %(at)s - interval '1 minute'
returning disclosure_id;

-- add_receipt --
insert into export_receipt (case_id, number, export_id, disclosure_id, event_id, file_sha256, at)
values (%(case_id)s, %(number)s, %(export_id)s, %(disclosure_id)s, %(event_id)s, %(file_sha256)s, %(at)s);

-- next_receipt --
select coalesce(max(number), 0) + 1 as number from export_receipt where case_id = %(case_id)s;

-- receipt_of_file --
select number from export_receipt where export_id = %(export_id)s and file_sha256 = %(file_sha256)s;

-- receipts --
select r.number, r.export_id, r.disclosure_id, r.file_sha256, r.at, c.body, l.leaf, j.package
from export_receipt r join custody_event c using (event_id) join ledger_entry l using (entry_id) join export_job j using (export_id)
where r.case_id = %(case_id)s and (%(number)s::int is null or r.number = %(number)s)
  and (%(disclosure_id)s::uuid is null or r.disclosure_id = %(disclosure_id)s)
order by r.number;

-- export_of_package --
-- The sealed package that a receipt names; whether theirs has its hash is told beside it.
select j.export_id, c.code as "case" from export_job j join case_file c using (case_id)
where j.package = %(package)s and j.state = 'sealed';
