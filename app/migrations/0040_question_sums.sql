-- How many questions readers asked in each year, and how many were answered: the pages that show it do not count them.
-- Changes are appended, so that no decision waits for another; the program adds them up.

create table question_years (
    -- of the day in Vietnam on which they were asked
    year integer not null,
    article_id bigint not null,
    asked bigint not null,
    answered bigint not null,
    primary key (year, article_id)
);
create table question_deltas (
    year integer not null,
    article_id bigint not null,
    asked bigint not null,
    answered bigint not null
);
create function year_of(moment timestamptz) returns integer language sql stable as $$
    select extract(year from local_day(moment))::integer
$$;

-- Only questions that readers see, and that staff did not say to need no answer.
create function count_new_questions() returns trigger language plpgsql as $$
begin
    insert into question_deltas (year, article_id, asked, answered)
    select year_of(asked_at), article_id, count(*), count(answered_at) from new_rows
    where is_wanted and can_be_answered and article_id <> 0 group by 1, 2;
    return null;
end $$;
create function count_deleted_questions() returns trigger language plpgsql as $$
begin
    insert into question_deltas (year, article_id, asked, answered)
    select year_of(asked_at), article_id, -count(*), -count(answered_at) from old_rows
    where is_wanted and can_be_answered and article_id <> 0 group by 1, 2;
    return null;
end $$;
create function count_changed_questions() returns trigger language plpgsql as $$
begin
    insert into question_deltas (year, article_id, asked, answered)
    select year, article_id, sum(n), sum(a)
    from (
        select year_of(asked_at) as year, article_id, 1 as n, (answered_at is not null)::integer as a from new_rows
        where is_wanted and can_be_answered and article_id <> 0
        union all
        select year_of(asked_at), article_id, -1, -(answered_at is not null)::integer from old_rows
        where is_wanted and can_be_answered and article_id <> 0
    ) both_rows
    group by year, article_id having sum(n) <> 0 or sum(a) <> 0;
    return null;
end $$;
create trigger count_new after insert on questions referencing new table as new_rows
    for each statement execute function count_new_questions();
create trigger count_deleted after delete on questions referencing old table as old_rows
    for each statement execute function count_deleted_questions();
create trigger count_changed after update on questions referencing old table as old_rows new table as new_rows
    for each statement execute function count_changed_questions();

insert into question_years (year, article_id, asked, answered)
select year_of(asked_at), article_id, count(*), count(answered_at) from questions
where is_wanted and can_be_answered and article_id <> 0 group by 1, 2;
drop index questions_counted_at_article;
