-- Thinned chunks are read again and again as footage is, a camera-day as the log was told of it at a time.

alter table thinning_batch add column checked_at timestamptz not null default '-infinity'; -- all of it was read; infinity: nothing is left
alter table thinning_batch add column checked_to timestamptz not null default 'epoch'; -- begin of the last chunk of a reading that is not through yet
create index thinning_batch_checked on thinning_batch (greatest(checked_at, made_at));-- scrub.next_thinned, scrub.oldest
