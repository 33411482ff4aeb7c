-- A block has a number of its own: it is listed and ended also when nothing of its writer is left. Who ended one is
-- told to somebody who acts on it after that.
alter table blocked_visitors
    add column id bigint generated always as identity unique,
    add column ended_by bigint references accounts;
create or replace view active_blocks as
    select * from blocked_visitors where ended_at is null and coalesce(until, 'infinity') > now();
