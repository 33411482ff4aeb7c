-- Inquiries: what people write to the office itself. They are comments at no article, under the number 0, so that they
-- have the same states, decisions and answers. No article has that number, so no page shows them.

alter table comment_totals
    drop constraint comment_totals_article_id_fkey,
    add column article bigint generated always as (nullif(article_id, 0)) stored
        constraint comment_totals_article_fkey references articles on delete cascade;
insert into comment_totals (article_id) values (0);
create unique index comment_totals_article on comment_totals (article) where article is not null;
alter table questions
    drop constraint questions_article_id_fkey,
    add constraint questions_article_id_fkey foreign key (article_id) references comment_totals on delete cascade;

alter table comments
    -- where its writer wants to be called; only inquiries ask for it
    add column phone text constraint comment_phone check (char_length(phone) between 6 and 30),
    -- whether it asks about what is stored of its writer
    add column is_about_own_data boolean not null default false,
    add constraint comment_fields_of_inquiries check (article_id = 0 or (phone is null and not is_about_own_data));

-- Tabs of comments list no inquiries, and theirs no comments and no answers.
drop index comments_pending;
create index comments_pending on comments (id) include (version) where state = 'pending' and article_id <> 0;
create index comments_inquiries on comments (id) include (version) where state = 'pending' and article_id = 0;
drop index comments_flagged;
create index comments_flagged on comments (id) where state = 'pending' and article_id <> 0 and reasons <> '[]';
create index comments_flagged_blocked on comments (id) where state = 'blocked' and article_id <> 0 and reasons <> '[]';
drop index comments_blocked;
create index comments_blocked on comments (id) include (version) where state = 'blocked' and article_id <> 0;
create index comments_blocked_inquiries on comments (id) include (version) where state = 'blocked' and article_id = 0;
drop index comments_decided;
create index comments_decided on comments (state, decided_at desc, id desc) where article_id <> 0;
drop index comments_decided_by;
create index comments_decided_by on comments (decided_by, state, decided_at desc, id desc)
    where decided_by is not null and state in ('published', 'rejected', 'removed') and article_id <> 0;
create index comments_inquiries_decided_by on comments (decided_by, decided_at)
    where decided_by is not null and article_id = 0;
alter table comment_state_deltas add column is_inquiry boolean not null default false;
alter table comment_state_deltas alter column is_inquiry drop default;

create or replace function count_new_comments() returns trigger language plpgsql as $$
begin
    insert into comment_state_deltas (state, is_inquiry, delta)
    select state, article_id = 0, count(*) from new_rows where article_id <> 0 or not official group by 1, 2;
    insert into activity_deltas (day, comments)
    select local_day(created_at), count(*) from new_rows where state = 'published' and article_id <> 0 group by 1;
    return null;
end $$;
create or replace function count_deleted_comments() returns trigger language plpgsql as $$
begin
    insert into comment_state_deltas (state, is_inquiry, delta)
    select state, article_id = 0, -count(*) from old_rows where article_id <> 0 or not official group by 1, 2;
    insert into activity_deltas (day, comments)
    select local_day(created_at), -count(*) from old_rows where state = 'published' and article_id <> 0 group by 1;
    return null;
end $$;
create or replace function count_changed_comments() returns trigger language plpgsql as $$
begin
    insert into comment_state_deltas (state, is_inquiry, delta)
    select state, article_id = 0, sum(n)
    from (
        select state, article_id, 1 as n from new_rows where article_id <> 0 or not official
        union all
        select state, article_id, -1 from old_rows where article_id <> 0 or not official
    ) both_rows
    group by 1, 2 having sum(n) <> 0;
    insert into activity_deltas (day, comments)
    select day, sum(n)
    from (
        select local_day(created_at) as day, 1 as n from new_rows where state = 'published' and article_id <> 0
        union all
        select local_day(created_at), -1 from old_rows where state = 'published' and article_id <> 0
    ) both_rows
    group by day having sum(n) <> 0;
    return null;
end $$;

-- Nobody sees how many inquiries were decided about.
drop trigger notify_article on comment_totals;
create trigger notify_article after update on comment_totals
    for each row when (new.article_id <> 0) execute function notify_article();
drop trigger notify_lists on comment_totals;
create trigger notify_lists after update on comment_totals for each row
    when (old.shown is distinct from new.shown and new.article_id <> 0) execute function notify_channel('lists');

-- A comment can be answered while readers see it, an inquiry while it waits.
alter table questions rename column is_published to can_be_answered;
create function can_be_answered(comment bigint) returns boolean language sql stable as $$
    select case when c.article_id = 0 then c.state = 'pending'
                else c.state = 'published' and coalesce(p.state = 'published', true) end
    from comments c left join comments p on p.id = c.parent_id where c.id = comment
$$;
-- An inquiry that waits again wants an answer, also where an earlier one stands.
alter table questions drop column is_open;
alter table questions add column is_open boolean not null
    generated always as (is_wanted and can_be_answered and (answered_at is null or article_id = 0)) stored;
create index questions_open on questions (due_on, comment_id) where is_open and article_id <> 0;
create index questions_open_at_article on questions (article_id, due_on, comment_id) where is_open;
create index questions_open_of_account on questions (assigned_to, due_on, comment_id) where is_open;
create or replace function follow_questions() returns trigger language plpgsql as $$
declare
    -- grouped and not joined: a plan that was made for one comment would compare each of many with each
    flipped bigint[] := array(
        select id from (select id, state, article_id from new_rows
                        union all select id, state, article_id from old_rows) both_rows
        group by id
        having min(state) <> max(state)
               and (min(article_id) = 0 or bool_or(state = 'published') <> bool_and(state = 'published'))
    );
    erased bigint[] := array(
        select id from (select id, visitor from new_rows union all select id, visitor from old_rows) both_rows
        group by id having count(distinct visitor) > 1
    );
begin
    if cardinality(flipped) > 0 then
        update questions q set can_be_answered = can_be_answered(q.comment_id)
        from (select unnest(flipped) as id
              union select id from comments where parent_id = any(flipped)) touched
        where q.comment_id = touched.id and q.can_be_answered <> can_be_answered(q.comment_id);
        perform settle_questions(array(select answers from comments where id = any(flipped) and answers is not null));
        -- an inquiry that an answer ended waits again once that answer is taken back
        update comments c
        set state = 'pending', previous_state = null, decided_at = null, decided_by = null, version = c.version + 1
        from comments answer
        where answer.id = any(flipped) and answer.article_id = 0 and answer.state <> 'published'
              and c.id = answer.answers and c.state = 'published' and c.decided_at = answer.published_at;
    end if;
    -- what staff wrote about somebody goes with what that person wrote
    if cardinality(erased) > 0 then
        delete from questions where comment_id = any(erased);
        delete from notes where comment_id = any(erased);
        delete from notes where visitor in (select visitor from old_rows)
                                and not exists (select from comments c where c.visitor = notes.visitor);
    end if;
    return null;
end $$;
drop function is_comment_shown;

drop index questions_counted;
create index questions_counted on questions (asked_at) include (answered_at)
    where is_wanted and can_be_answered and article_id <> 0;

drop trigger notify_new_question on questions;
create trigger notify_new_question after insert on questions
    for each row when (new.can_be_answered and new.article_id <> 0) execute function notify_article();
drop trigger notify_new_question_lists on questions;
create trigger notify_new_question_lists after insert on questions
    for each row when (new.can_be_answered and new.article_id <> 0) execute function notify_channel('lists');
drop trigger notify_marked_question on questions;
create trigger notify_marked_question after update on questions
    for each row when (new.can_be_answered and new.article_id <> 0 and new.is_wanted <> old.is_wanted)
    execute function notify_article();
drop trigger notify_marked_question_lists on questions;
create trigger notify_marked_question_lists after update on questions
    for each row when (new.can_be_answered and new.article_id <> 0 and new.is_wanted <> old.is_wanted)
    execute function notify_channel('lists');

-- The numbers of an article's comments, as before; inquiries have none.
create or replace function count_flipped_comments(ids bigint[]) returns void language sql as $$
    with flipped as (
        select id, article_id, parent_id, state = 'published' as is_now from comments
        where id = any(ids) and article_id <> 0
    ), touched as (
        select article_id, parent_id, is_now, not is_now as was from flipped
        union all
        select r.article_id, r.parent_id, true, true
        from flipped f join comments r on r.parent_id = f.id
        where f.parent_id is null and r.state = 'published'
              and not exists (select from flipped other where other.id = r.id)
    ), moved as (
        select t.article_id,
               sum((t.is_now and coalesce(p.state = 'published', true))::integer
                   - (t.was and coalesce(case when f.id is not null then not f.is_now else p.state = 'published' end,
                                         true))::integer) as shown,
               sum(case when t.parent_id is null then t.is_now::integer - t.was::integer else 0 end) as threads
        from touched t left join comments p on p.id = t.parent_id left join flipped f on f.id = t.parent_id
        group by t.article_id
    )
    update comment_totals t set shown = t.shown + m.shown, threads = t.threads + m.threads
    from moved m where m.article_id = t.article_id and (m.shown <> 0 or m.threads <> 0);
$$;

create or replace function count_changed_states() returns trigger language plpgsql as $$
declare
    ids bigint[] := array(
        select id from (select id, state = 'published' as is_published from new_rows
                        union all select id, state = 'published' from old_rows) both_rows
        group by id having bool_or(is_published) <> bool_and(is_published)
    );
begin
    if cardinality(ids) > 0 then
        perform count_flipped_comments(ids);
    end if;
    return null;
end $$;

-- The figures of the desk are those of comments.
create or replace function count_decisions() returns trigger language plpgsql as $$
begin
    insert into decision_deltas (day, minutes, decisions)
    select day, minutes, sum(n)
    from (
        select local_day(decided_at) as day, count_waited_minutes(created_at, decided_at) as minutes, 1 as n
        from new_rows
        where decided_by is not null and state in ('published', 'rejected') and not official and article_id <> 0
        union all
        select local_day(decided_at), count_waited_minutes(created_at, decided_at), -1
        from old_rows
        where decided_by is not null and state in ('published', 'rejected') and not official and article_id <> 0
    ) changed
    where day is not null
    group by day, minutes having sum(n) <> 0;
    insert into reason_deltas (day, note, comments)
    select day, note, sum(n)
    from (
        select local_day(decided_at) as day, note, 1 as n from new_rows where note is not null and article_id <> 0
        union all
        select local_day(decided_at), note, -1 from old_rows where note is not null and article_id <> 0
    ) changed
    where day is not null
    group by day, note having sum(n) <> 0;
    return null;
end $$;
create or replace function uncount_reasons() returns trigger language plpgsql as $$
begin
    insert into reason_deltas (day, note, comments)
    select local_day(decided_at), note, -count(*) from old_rows
    where note is not null and decided_at is not null and article_id <> 0 group by 1, 2;
    return null;
end $$;
create or replace function count_staff_actions() returns trigger language plpgsql as $$
begin
    insert into staff_days (day, account_id, action, comments)
    select local_day(at), account_id, action, count(*) from new_rows
    where subject = 'comment' and account_id is not null and (detail::json ->> 'article') is distinct from '0'
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (day, account_id, action) do update set comments = staff_days.comments + excluded.comments;
    return null;
end $$;
