-- Who did what, and where each row stands in the log.

-- record --
insert into audit (person, role, address, action, object, purpose, result, cameras, case_code, from_at, to_at)
values (%(person)s, %(role)s, %(address)s, %(action)s, %(object)s, %(purpose)s, %(result)s, %(cameras)s, %(case)s, %(from)s, %(to)s);

-- pending --
-- The oldest rows without a leaf; who takes them holds the chain, so that no two take the same.
select a.audit_id, a.at, a.person, a.role, a.address, a.action, a.object::text as object, a.purpose, a.result, a.nonce,
       a.cameras, a.case_code, a.from_at, a.to_at
from audit_pending p join audit a using (audit_id)
order by a.audit_id limit %(limit)s;

-- add_leaves --
with given as (
  select * from unnest(%(audit_ids)s::bigint[], %(leaves)s::bytea[]) with ordinality as g (audit_id, leaf, place)
), told as (
  insert into audit_leaf (audit_id, entry_id, idx, leaf)
  select audit_id, %(entry_id)s, place - 1, leaf from given
)
delete from audit_pending where audit_id in (select audit_id from given);

-- batch --
-- The leaves under an entry with their rows (null: gone), in order.
select l.idx, l.leaf, l.audit_id as leaf_of, a.audit_id, a.at, a.person, a.role, a.address, a.action, a.object::text as object,
       a.purpose, a.result, a.nonce, a.cameras, a.case_code, a.from_at, a.to_at
from audit_leaf l left join audit a using (audit_id)
where l.entry_id = %(entry_id)s order by l.idx;

-- entries --
-- Entries of the chain from a number on, each with what its row needs to be held to it.
select e.entry_id, e.seq, e.leaf, e.bytes, e.signature, e.kind, e.at, e.key_id, k.public
from ledger_entry e join signing_key k using (key_id)
where e.chain = 'audit' and e.seq > %(after)s order by e.seq limit %(limit)s;

-- strays --
-- Rows that neither have a leaf nor await one, or both; leaves of no entry of the chain.
select 'audit ' || a.audit_id as place from audit a
where not exists (select from audit_leaf l where l.audit_id = a.audit_id)
  and not exists (select from audit_pending p where p.audit_id = a.audit_id)
union all
select 'audit ' || l.audit_id from audit_leaf l join audit_pending p using (audit_id)
union all
select 'audit ' || p.audit_id from audit_pending p where not exists (select from audit a where a.audit_id = p.audit_id)
union all
select 'audit ' || l.audit_id from audit_leaf l
where not exists (select from ledger_entry e where e.entry_id = l.entry_id and e.chain = 'audit')
order by place;

-- waiting --
select count(*) as rows, min(a.at) as since from audit_pending p join audit a using (audit_id);

-- list --
-- The newest first. `sight` (null: all): only rows about cameras that they may all know of. To be planned for its values: each
-- filter has an index of its own, some of them partial, which a plan for any values could not use.
select audit_id, at, person, role, address, action, object, purpose, result, cameras, case_code, from_at, to_at
from audit a
where (%(before)s::bigint is null or audit_id < %(before)s)
  and (%(person)s::text is null or person = %(person)s)
  and (%(camera)s::text is null or (cameras @> array[%(camera)s::text] and cameras <> '{}'))
  and (%(case)s::text is null or (case_code = %(case)s and case_code <> ''))
  and (%(action)s::text is null or action = %(action)s)
  and (%(actions)s::text[] is null or action = any(%(actions)s))
  and (%(result)s::text is null or result = %(result)s)
  and (%(from)s::timestamptz is null or at >= %(from)s) and (%(to)s::timestamptz is null or at < %(to)s)
  and ((%(span_from)s::timestamptz is null and %(span_to)s::timestamptz is null)
       or (from_at is not null and tstzrange(from_at, to_at) && tstzrange(%(span_from)s, %(span_to)s)))
  and (%(sight)s::int is null or (cameras <> '{}' and not exists (
        select from unnest(cameras) as named (code)
        where not exists (select from camera c where c.code = named.code and camera_known_v1(%(sight)s, c.camera_id, c.agency_id, now())))))
order by audit_id desc limit %(limit)s;

-- viewers --
-- Who was shown footage of a camera that lies in a span: by person and case, the last first.
select person, role, case_code, count(*) as times, min(at) as first_at, max(at) as last_at, min(from_at) as from_at, max(to_at) as to_at,
       array_agg(distinct action order by action) as actions,
       (array_agg(purpose order by audit_id desc))[1] as purpose, (array_agg(address order by audit_id desc))[1] as address
from audit
where cameras @> array[%(camera)s::text] and cameras <> '{}' and action = any(%(actions)s) and result = 'ok'
  and from_at < %(to)s and to_at > %(from)s
group by person, role, case_code order by last_at desc, person limit %(limit)s;

-- end_in_tree --
-- The number of the newest entry of the chain that a tree of this size has.
select e.seq from ledger_entry e join ledger_leaf l using (entry_id)
where e.chain = 'audit' and l.idx < %(size)s order by e.seq desc limit 1;

-- entry --
select entry_id, seq, at, bytes from ledger_entry where chain = 'audit' and seq = %(seq)s;

-- entries_between --
select entry_id, seq, bytes, key_id from ledger_entry
where chain = 'audit' and seq between %(first)s and %(last)s order by seq limit %(limit)s;

-- ends --
-- Under which entries the first and the last rows of a span are: some of each, since rows reach the log in another order
-- than they begin in.
with ends as (
  (select audit_id from audit where at >= %(from)s and at < %(to)s order by at limit 1000)
  union all
  (select audit_id from audit where at >= %(from)s and at < %(to)s order by at desc limit 1000)
)
select min(e.seq) as first, max(e.seq) as last
from ends join audit_leaf using (audit_id) join ledger_entry e using (entry_id) where e.seq <= %(end)s;

-- later --
-- How many rows of a span came after this one, up to a limit.
select count(*) as rows from (
  select from audit where audit_id > %(audit_id)s and at >= %(from)s and at < %(to)s limit %(limit)s
) as later;

-- leaves --
-- The leaves under entries, each with its row (null: withheld, or gone) where that is to be shown: `whole` shows all, else
-- the conditions of list.
select l.entry_id, l.leaf, a.audit_id, a.at, a.person, a.role, a.address, a.action, a.object::text as object,
       a.purpose, a.result, a.nonce, a.cameras, a.case_code, a.from_at, a.to_at
from audit_leaf l
left join audit a on a.audit_id = l.audit_id and (%(whole)s or (
      a.at >= %(from)s and a.at < %(to)s
  and (%(person)s::text is null or a.person = %(person)s)
  and (%(camera)s::text is null or a.cameras @> array[%(camera)s::text])
  and (%(case)s::text is null or (a.case_code = %(case)s and a.case_code <> ''))
  and (%(action)s::text is null or a.action = %(action)s)
  and (%(actions)s::text[] is null or a.action = any(%(actions)s))
  and (%(result)s::text is null or a.result = %(result)s)
  and (%(span_from)s::timestamptz is null or a.to_at > %(span_from)s) and (%(span_to)s::timestamptz is null or a.from_at < %(span_to)s)
  and (%(sight)s::int is null or (a.cameras <> '{}' and not exists (
        select from unnest(a.cameras) as named (code)
        where not exists (select from camera c where c.code = named.code and camera_known_v1(%(sight)s, c.camera_id, c.agency_id, now())))))))
where l.entry_id = any(%(entries)s) order by l.entry_id, l.idx;

-- key_place --
-- Where in the tree the enrolment of a key stands.
select l.idx from ledger_entry e join ledger_leaf l using (entry_id)
where e.chain = 'keys' and e.kind = 'key' and e.key_id = %(key_id)s order by e.seq limit 1;
