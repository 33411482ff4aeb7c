-- How many ratings and comments of each day count, so that charts read days and not every vote.

-- The days are those of Vietnam.
create table activity_days (
    day date primary key,
    ratings bigint not null default 0,
    comments bigint not null default 0
);

-- Changes of these numbers, one row a statement and day, so that no transaction waits for another. The program adds
-- them to the days every minute; until then whoever reads adds them up.
create table activity_deltas (
    day date not null,
    ratings bigint not null default 0,
    comments bigint not null default 0
);

create function local_day(at timestamptz) returns date language sql immutable as $$
    select (at at time zone 'Asia/Ho_Chi_Minh')::date
$$;

create function add_new_votes() returns trigger language plpgsql as $$
begin
    insert into activity_deltas (day, ratings)
    select local_day(created_at), count(*) from new_rows where state = 'counted' group by 1;
    return null;
end $$;
create function subtract_deleted_votes() returns trigger language plpgsql as $$
begin
    insert into activity_deltas (day, ratings)
    select local_day(created_at), -count(*) from old_rows where state = 'counted' group by 1;
    return null;
end $$;
create function move_changed_votes() returns trigger language plpgsql as $$
begin
    insert into activity_deltas (day, ratings)
    select day, sum(n)
    from (
        select local_day(created_at) as day, 1 as n from new_rows where state = 'counted'
        union all
        select local_day(created_at), -1 from old_rows where state = 'counted'
    ) as both_rows
    group by day having sum(n) <> 0;
    return null;
end $$;
create trigger add_new_votes after insert on votes referencing new table as new_rows
    for each statement execute function add_new_votes();
create trigger subtract_deleted_votes after delete on votes referencing old table as old_rows
    for each statement execute function subtract_deleted_votes();
create trigger move_changed_votes after update on votes referencing old table as old_rows new table as new_rows
    for each statement execute function move_changed_votes();

-- The functions that count comments by state count the published ones by day as well.
create or replace function count_new_comments() returns trigger language plpgsql as $$
begin
    insert into comment_state_deltas select state, count(*) from new_rows group by state;
    insert into activity_deltas (day, comments)
    select local_day(created_at), count(*) from new_rows where state = 'published' group by 1;
    return null;
end $$;
create or replace function count_deleted_comments() returns trigger language plpgsql as $$
begin
    insert into comment_state_deltas select state, -count(*) from old_rows group by state;
    insert into activity_deltas (day, comments)
    select local_day(created_at), -count(*) from old_rows where state = 'published' group by 1;
    return null;
end $$;
create or replace function count_changed_comments() returns trigger language plpgsql as $$
begin
    insert into comment_state_deltas
    select state, sum(n)
    from (select state, 1 as n from new_rows union all select state, -1 from old_rows) as both_rows
    group by state having sum(n) <> 0;
    insert into activity_deltas (day, comments)
    select day, sum(n)
    from (
        select local_day(created_at) as day, 1 as n from new_rows where state = 'published'
        union all
        select local_day(created_at), -1 from old_rows where state = 'published'
    ) as both_rows
    group by day having sum(n) <> 0;
    return null;
end $$;

-- What was there before.
insert into activity_days (day, ratings, comments)
select day, sum(ratings), sum(comments)
from (
    select local_day(created_at) as day, count(*) as ratings, 0 as comments
    from votes where state = 'counted' group by 1
    union all
    select local_day(created_at), 0, count(*) from comments where state = 'published' group by 1
) as counted
group by day;
