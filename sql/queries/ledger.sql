-- The log: entries, their places in the tree, keys.

-- open_chain --
insert into ledger_chain (chain) values (%(chain)s) on conflict do nothing;

-- lock_chain --
-- Where a chain stands; held until the end of the transaction, so that its entries follow one another.
select seq, leaf from ledger_chain where chain = %(chain)s for no key update;

-- add_entry --
insert into ledger_entry (chain, seq, kind, at, leaf, bytes, signature, key_id)
values (%(chain)s, %(seq)s, %(kind)s, %(at)s, %(leaf)s, %(bytes)s, %(signature)s, %(key_id)s)
returning entry_id;

-- await_place --
insert into ledger_pending (entry_id) values (%(entry_id)s);

-- advance_chain --
update ledger_chain set seq = %(seq)s, leaf = %(leaf)s where chain = %(chain)s;

-- key_known --
select k.role, k.name, e.revoked_at from signing_key k left join signing_key_end e using (key_id) where k.key_id = %(key_id)s;

-- add_key --
-- Answers nothing when the key is known already.
insert into signing_key (key_id, role, name, public, enrolled_at)
values (%(key_id)s, %(role)s, %(name)s, %(public)s, %(at)s)
on conflict do nothing returning key_id;

-- end_key --
insert into signing_key_end (key_id, revoked_at, reason) values (%(key_id)s, %(at)s, %(reason)s)
on conflict do nothing returning key_id;
