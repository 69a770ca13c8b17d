-- What the commitments of custody and hold entries stand for.

-- add --
insert into custody_event (entry_id, case_id, hold_id, at, event, nonce, body)
values (%(entry_id)s, %(case_id)s, %(hold_id)s, %(at)s, %(event)s, %(nonce)s, %(body)s)
returning event_id;

-- list --
-- The history of a case in the order of its chain.
select v.event_id, v.entry_id, v.at, v.event, v.nonce, v.body, e.seq, e.leaf, e.bytes
from custody_event v join ledger_entry e using (entry_id)
where v.case_id = %(case_id)s and e.seq > %(after)s order by e.seq limit %(limit)s;

-- of_holds --
-- The history of holds in the order of their chain.
select v.event_id, v.entry_id, v.at, v.event, v.nonce, v.body, v.hold_id, e.seq, e.leaf, e.bytes
from custody_event v join ledger_entry e using (entry_id)
where v.hold_id = any(%(holds)s) order by e.seq;

-- chain --
-- Every entry of a chain with the row that it commits to (null: none) and the key that it names.
select e.seq, e.leaf, e.bytes, e.signature, e.kind, e.at, e.key_id, k.public, v.event_id, v.case_id, v.hold_id, v.event,
       v.at as event_at, v.nonce, v.body
from ledger_entry e join signing_key k using (key_id) left join custody_event v using (entry_id)
where e.chain = %(chain)s order by e.seq;

-- strays --
-- Rows of a case (null: of holds) whose entry stands in another chain, or nowhere.
select v.event_id, e.chain, e.seq from custody_event v left join ledger_entry e using (entry_id)
where v.case_id is not distinct from %(case_id)s and e.chain is distinct from %(chain)s order by v.event_id;

-- chain_end --
select seq, leaf from ledger_chain where chain = %(chain)s;

-- told_lately --
-- Whether a case was told of this person's event within the hour.
select event_id from custody_event
where case_id = %(case_id)s and event = %(event)s and at > now() - interval '1 hour'
  and convert_from(body, 'UTF8')::jsonb -> 'who' ->> 'name' = %(name)s
limit 1;
