-- What readers ask, and by when the office answers. A comment that is a question has one row here; triggers follow the
-- comment and the office's answers to it.
create table questions (
    comment_id bigint primary key references comments on delete cascade,
    article_id bigint not null references articles on delete cascade,
    -- when it was sent, or corrected to ask something else: earlier answers do not answer it
    asked_at timestamptz not null,
    -- false where staff said that it needs no answer
    is_wanted boolean not null default true,
    -- whether readers see it: a reply goes with what it answers
    is_published boolean not null,
    due_on date not null,
    assigned_to bigint references accounts,
    -- who outside of the office has it, and why
    passed_to text constraint passed_to check (char_length(passed_to) between 1 and 200),
    passed_note text constraint passed_note check (char_length(passed_note) between 1 and 500),
    -- the first of the published answers
    answered_at timestamptz,
    changed_by bigint references accounts,
    changed_at timestamptz not null default now(),
    -- counts what staff changed here
    revision integer not null default 1,
    is_open boolean not null generated always as (is_wanted and is_published and answered_at is null) stored,
    constraint passed_note_of_nobody check (passed_note is null or passed_to is not null)
);
create index questions_open on questions (due_on, comment_id) where is_open;
create index questions_open_at_article on questions (article_id, due_on, comment_id) where is_open;
create index questions_open_of_account on questions (assigned_to, due_on, comment_id) where is_open;
create index questions_counted on questions (asked_at) include (answered_at) where is_wanted and is_published;
create index questions_counted_at_article on questions (article_id, asked_at) include (answered_at)
    where is_wanted and is_published;

-- Whether readers see a comment.
create function is_comment_shown(comment bigint) returns boolean language sql stable as $$
    select c.state = 'published' and coalesce(p.state = 'published', true)
    from comments c left join comments p on p.id = c.parent_id where c.id = comment
$$;

-- Finds out when these questions were answered.
create function settle_questions(ids bigint[]) returns void language sql as $$
    update questions q set answered_at = answer.at
    from unnest(ids) as asked (id) join questions now on now.comment_id = asked.id
    left join lateral (
        select min(published_at) as at from comments
        where answers = asked.id and state = 'published' and published_at >= now.asked_at
    ) answer on true
    where q.comment_id = asked.id and q.answered_at is distinct from answer.at;
$$;

create function follow_new_answers() returns trigger language plpgsql as $$
declare
    asked bigint[] := array(select answers from new_rows where answers is not null);
begin
    if cardinality(asked) > 0 then
        perform settle_questions(asked);
    end if;
    return null;
end $$;
create trigger follow_new_answers after insert on comments referencing new table as new_rows
    for each statement execute function follow_new_answers();

create function follow_questions() returns trigger language plpgsql as $$
declare
    flipped bigint[] := array(select n.id from new_rows n join old_rows o on o.id = n.id
                              where (n.state = 'published') <> (o.state = 'published'));
    erased bigint[] := array(select n.id from new_rows n join old_rows o on o.id = n.id
                             where n.visitor <> o.visitor);
begin
    if cardinality(flipped) > 0 then
        update questions q set is_published = is_comment_shown(q.comment_id)
        from (select unnest(flipped) as id
              union select id from comments where parent_id = any(flipped)) touched
        where q.comment_id = touched.id and q.is_published <> is_comment_shown(q.comment_id);
        perform settle_questions(array(select answers from comments where id = any(flipped) and answers is not null));
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
create trigger follow_questions after update on comments
    referencing old table as old_rows new table as new_rows
    for each statement execute function follow_questions();

create trigger notify_desk after insert or update or delete on questions
    for each statement execute function notify_channel('desk');
-- What readers see of a question changes with the comment and its answers, which tell it themselves, or with the mark.
create trigger notify_new_question after insert on questions
    for each row when (new.is_published) execute function notify_article();
create trigger notify_new_question_lists after insert on questions
    for each row when (new.is_published) execute function notify_channel('lists');
create trigger notify_marked_question after update on questions
    for each row when (new.is_published and new.is_wanted <> old.is_wanted) execute function notify_article();
create trigger notify_marked_question_lists after update on questions
    for each row when (new.is_published and new.is_wanted <> old.is_wanted) execute function notify_channel('lists');

-- What staff tell one another about a comment, or about whoever wrote it.
create table notes (
    id bigint generated always as identity primary key,
    -- one of the two
    comment_id bigint references comments on delete cascade,
    visitor bytea,
    body text not null constraint note_body check (char_length(body) between 1 and 1000),
    written_by bigint not null references accounts,
    written_at timestamptz not null default now(),
    constraint note_subject check (num_nonnulls(comment_id, visitor) = 1)
);
create index notes_of_comment on notes (comment_id, id) where comment_id is not null;
create index notes_of_visitor on notes (visitor, id) where visitor is not null;

create function delete_notes_of_gone_writers() returns trigger language plpgsql as $$
begin
    delete from notes where visitor in (select visitor from old_rows)
                            and not exists (select from comments c where c.visitor = notes.visitor);
    return null;
end $$;
create trigger delete_notes_of_gone_writers after delete on comments referencing old table as old_rows
    for each statement execute function delete_notes_of_gone_writers();
create trigger notify_desk after insert or update or delete on notes
    for each statement execute function notify_channel('desk');
