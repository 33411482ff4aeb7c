-- The desk at a million comments: an index for each order and filter that it offers, and sums instead of counting.

-- what a writer wrote before
drop index comments_written;
create index comments_written on comments (visitor, id) include (state);
-- what waits, in the order in which it came
drop index comments_waiting;
create index comments_pending on comments (id) include (version) where state = 'pending';
create index comments_blocked on comments (id) include (version) where state = 'blocked';
-- a tab's comments at one article, and those that one member of staff decided about
create index comments_waiting_at_article on comments (article_id, state, id) where state in ('pending', 'blocked');
create index comments_decided_at_article on comments (article_id, state, decided_at desc, id desc)
    where state in ('published', 'rejected', 'removed');
create index comments_decided_by on comments (decided_by, state, decided_at desc, id desc)
    where decided_by is not null and state in ('published', 'rejected', 'removed');
-- what is rare: what is common is found along the orders above. A decision writes to the list of pending entries, which
-- every search reads, so that list is kept short.
create index comments_folded on comments using gin (folded gin_trgm_ops) with (gin_pending_list_limit = 1024);
drop index comments_reasons;
create index comments_reasons on comments using gin (reasons jsonb_path_ops);

-- Titles without case and diacritics are searched when the desk looks for an article.
create index articles_title on articles using gin (folded_title gin_trgm_ops);

-- How many minutes a comment waited, in steps that grow: a figure says no more.
create function count_waited_minutes(created_at timestamptz, decided_at timestamptz) returns integer
language sql immutable strict as $$
    select m - m % (case when m < 120 then 1 when m < 1440 then 5 when m < 43200 then 60 else 1440 end)
    from (select greatest(floor(extract(epoch from decided_at - created_at) / 60), 0)::integer as m) waited
$$;

-- Decisions by day, in Vietnam, and by how long they took. Changes are appended, so that no decision waits for another;
-- the program adds them up.
create table decision_days (
    day date not null,
    minutes integer not null,
    decisions bigint not null,
    primary key (day, minutes)
);
create table decision_deltas (
    day date not null,
    minutes integer not null,
    decisions bigint not null
);
-- The reasons given, by the day of the decision. A reason goes with the comment that it was given to.
create table reason_days (
    day date not null,
    note text not null,
    comments bigint not null,
    primary key (day, note)
);
create table reason_deltas (
    day date not null,
    note text not null,
    comments bigint not null
);
-- What staff did to comments, by day. Entries of the record are written one after another, so these are never waited for
-- twice.
create table staff_days (
    day date not null,
    account_id bigint not null references accounts,
    action text not null,
    comments bigint not null,
    primary key (day, account_id, action)
);

create function count_decisions() returns trigger language plpgsql as $$
begin
    insert into decision_deltas (day, minutes, decisions)
    select day, minutes, sum(n)
    from (
        select local_day(decided_at) as day, count_waited_minutes(created_at, decided_at) as minutes, 1 as n
        from new_rows where decided_by is not null and state in ('published', 'rejected') and not official
        union all
        select local_day(decided_at), count_waited_minutes(created_at, decided_at), -1
        from old_rows where decided_by is not null and state in ('published', 'rejected') and not official
    ) changed
    where day is not null
    group by day, minutes having sum(n) <> 0;
    insert into reason_deltas (day, note, comments)
    select day, note, sum(n)
    from (
        select local_day(decided_at) as day, note, 1 as n from new_rows where note is not null
        union all
        select local_day(decided_at), note, -1 from old_rows where note is not null
    ) changed
    where day is not null
    group by day, note having sum(n) <> 0;
    return null;
end $$;
create trigger count_decisions after update on comments referencing old table as old_rows new table as new_rows
    for each statement execute function count_decisions();

-- What was decided stays decided when the comment is gone; the reason's words do not stay.
create function uncount_reasons() returns trigger language plpgsql as $$
begin
    insert into reason_deltas (day, note, comments)
    select local_day(decided_at), note, -count(*) from old_rows
    where note is not null and decided_at is not null group by 1, 2;
    return null;
end $$;
create trigger uncount_reasons after delete on comments referencing old table as old_rows
    for each statement execute function uncount_reasons();

create function count_staff_actions() returns trigger language plpgsql as $$
begin
    insert into staff_days (day, account_id, action, comments)
    select local_day(at), account_id, action, count(*) from new_rows
    where subject = 'comment' and account_id is not null
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (day, account_id, action) do update set comments = staff_days.comments + excluded.comments;
    return null;
end $$;
create trigger count_staff_actions after insert on audit referencing new table as new_rows
    for each statement execute function count_staff_actions();

-- what is there already
insert into decision_days (day, minutes, decisions)
select local_day(decided_at), count_waited_minutes(created_at, decided_at), count(*) from comments
where decided_by is not null and decided_at is not null and state in ('published', 'rejected') and not official
group by 1, 2;
insert into reason_days (day, note, comments)
select local_day(decided_at), note, count(*) from comments where note is not null and decided_at is not null group by 1, 2;
insert into staff_days (day, account_id, action, comments)
select local_day(at), account_id, action, count(*) from audit
where subject = 'comment' and account_id is not null group by 1, 2, 3;

-- The record in the order of time: all of it, by what was done, by whom, and by both.
drop index audit_account;
drop index audit_action;
create index audit_at on audit (at, number);
create index audit_account on audit (account_id, at, number);
create index audit_action on audit (action, at, number);
create index audit_account_action on audit (account_id, action, at, number);
