-- The desk: why a comment needs a look, what the last decision ended, and how many comments there are in each state.
alter table comments drop constraint comment_state;
alter table comments add constraint comment_state check (state in ('held', 'blocked', 'published', 'rejected', 'removed'));
alter table comments
    -- the state before the last decision, to which undoing leads back
    add column before text,
    -- why it was rejected or removed, for its writer
    add column note text constraint comment_note check (char_length(note) between 1 and 500),
    -- makes digests of the words that outlive them; erased with them
    add column salt bytea not null default decode(replace(gen_random_uuid()::text, '-', ''), 'hex'),
    -- name and words without diacritics, for the desk's search
    add column folded text not null generated always as (
        lower(regexp_replace(replace(replace(normalize(name || ' ' || body, NFD), 'đ', 'd'), 'Đ', 'd'), '[\u0300-\u036F]', '', 'g'))
    ) stored;
drop index comments_held;
drop index comments_published;
create index comments_waiting on comments (state, id);
create index comments_decided on comments (state, decided_at desc, id desc);
create index comments_written on comments (visitor, state);

-- Changes of the counts, one row a statement, so that nobody waits for anybody; the program adds them up now and then.
create table comment_counts (state text not null, delta bigint not null);
insert into comment_counts select state, count(*) from comments group by state;

create function count_new_comments() returns trigger language plpgsql as $$
begin
    insert into comment_counts select state, count(*) from new_rows group by state;
    return null;
end $$;
create function count_gone_comments() returns trigger language plpgsql as $$
begin
    insert into comment_counts select state, -count(*) from old_rows group by state;
    return null;
end $$;
create function count_changed_comments() returns trigger language plpgsql as $$
begin
    insert into comment_counts
    select state, sum(n) from (select state, 1 as n from new_rows union all select state, -1 from old_rows) as both_rows
    group by state having sum(n) <> 0;
    return null;
end $$;
create trigger count_new after insert on comments referencing new table as new_rows
    for each statement execute function count_new_comments();
create trigger count_gone after delete on comments referencing old table as old_rows
    for each statement execute function count_gone_comments();
create trigger count_changed after update on comments referencing old table as old_rows new table as new_rows
    for each statement execute function count_changed_comments();

-- Visitors whose comments go to a tab of their own.
create table blocked_visitors (
    visitor bytea primary key,
    blocked_at timestamptz not null default now()
);
