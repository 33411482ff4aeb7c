-- Readers' comments, reports of them, blocked writers.

create type comment_state as enum ('pending', 'blocked', 'published', 'rejected', 'removed');
create type report_reason as enum ('insult', 'personal', 'advertising', 'untrue', 'other');

-- How many comments an article shows, and a number that grows with each change of them.
create table comment_totals (
    article_id bigint primary key references articles on delete cascade,
    shown integer not null default 0 constraint comment_totals_possible check (shown >= 0),
    revision bigint not null default 0
);

-- What writers consented to, word for word, under a hash of the text.
create table consent_texts (
    version text primary key,
    text text not null,
    created_at timestamptz not null default now()
);

create table comments (
    id bigint generated always as identity primary key,
    article_id bigint not null references comment_totals on delete cascade,
    parent_id bigint,
    visitor bytea not null constraint comment_visitor check (octet_length(visitor) = 32),
    name text not null constraint comment_name check (char_length(name) between 2 and 60),
    email text constraint comment_email check (char_length(email) between 3 and 254),
    body text not null constraint comment_body check (char_length(body) between 10 and 3000),
    body_hash bytea not null,
    -- name and body without case and diacritics, for the desk's search
    folded text not null generated always as (fold_text(name || ' ' || body)) stored,
    state comment_state not null default 'pending',
    -- the state before the last decision, to which undoing it leads back
    previous_state comment_state,
    -- grows with each decision and correction; a decision names the version that was seen
    version integer not null default 1,
    -- the article's revision with the last change that readers see
    revision bigint,
    -- whether the body that runs the site wrote it
    official boolean not null default false,
    -- why it needs a look
    reasons jsonb not null default '[]',
    -- ranges of the body, in characters, that readers see as •••
    covered jsonb not null default '[]',
    -- why it was rejected or removed, for its writer
    note text constraint comment_note check (char_length(note) between 1 and 500),
    -- makes digests of the text; erased together with it
    salt bytea not null default random_salt(),
    -- what the writer's private link is derived from, and its hash
    link_salt bytea constraint comment_link_salt check (octet_length(link_salt) = 16),
    link_hash bytea constraint comment_link unique,
    consent_version text not null references consent_texts,
    consented_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    -- what another site had published counts as kept from the day it was carried over
    kept_from timestamptz not null default now(),
    corrected_at timestamptz,
    -- when its writer withdrew it, for good
    withdrawn_at timestamptz,
    published_at timestamptz,
    decided_at timestamptz,
    decided_by bigint references accounts,
    -- the first report since somebody last looked, and the one before it, to which undoing leads back
    reported_at timestamptz,
    previous_reported_at timestamptz,
    -- whether its writer asked for a mail about the decision, and what became of that mail
    notify boolean not null default false,
    notified_at timestamptz,
    notify_attempts smallint not null default 0,
    notify_after timestamptz,
    -- replies are one level deep and within one article: the parent is itself no reply
    is_reply boolean not null generated always as (parent_id is not null) stored,
    parent_is_reply boolean generated always as (case when parent_id is null then null else false end) stored,
    unique (id, article_id, is_reply),
    constraint comment_parent foreign key (parent_id, article_id, parent_is_reply)
        references comments (id, article_id, is_reply) on delete cascade
);
-- an article's page
create index comments_shown on comments (article_id, id desc) where state = 'published' and parent_id is null;
create index comments_replies on comments (parent_id, id) where parent_id is not null;
create index comments_own on comments (visitor, article_id, created_at);
create index comments_changed on comments (article_id, revision desc) where revision is not null;
create index comments_repeated on comments (article_id, body_hash, created_at);
create index comments_age on comments (kept_from) where state = 'published';
-- the desk
create index comments_waiting on comments (state, id) include (version);
create index comments_decided on comments (state, decided_at desc, id desc);
create index comments_written on comments (visitor, state);
create index comments_reasons on comments using gin (reasons jsonb_path_ops) where state in ('pending', 'blocked');
create index comments_reported on comments (reported_at, id) where state = 'published' and reported_at is not null;
create index comments_to_notify on comments (decided_at) where notify and notified_at is null;

-- Visitors whose comments wait in a tab of their own.
create table blocked_visitors (
    visitor bytea primary key,
    blocked_at timestamptz not null default now()
);

-- Reports of published comments, once a visitor. A report hides nothing; it asks staff to look.
create table reports (
    comment_id bigint not null references comments on delete cascade,
    visitor bytea not null constraint report_visitor check (octet_length(visitor) = 32),
    reason report_reason not null,
    details text constraint report_details check (char_length(details) between 1 and 500),
    created_at timestamptz not null default now(),
    anonymised boolean not null default false,
    primary key (comment_id, visitor)
);
create index reports_visitor on reports (visitor);
create index reports_age on reports (created_at) where not anonymised;

-- Changes of the numbers of comments by state, one row a statement, so that no transaction waits for another. The
-- program adds them up every minute.
create table comment_state_deltas (state comment_state not null, delta bigint not null);

create function count_new_comments() returns trigger language plpgsql as $$
begin
    insert into comment_state_deltas select state, count(*) from new_rows group by state;
    return null;
end $$;
create function count_deleted_comments() returns trigger language plpgsql as $$
begin
    insert into comment_state_deltas select state, -count(*) from old_rows group by state;
    return null;
end $$;
create function count_changed_comments() returns trigger language plpgsql as $$
begin
    insert into comment_state_deltas
    select state, sum(n)
    from (select state, 1 as n from new_rows union all select state, -1 from old_rows) as both_rows
    group by state having sum(n) <> 0;
    return null;
end $$;
create trigger count_new after insert on comments referencing new table as new_rows
    for each statement execute function count_new_comments();
create trigger count_deleted after delete on comments referencing old table as old_rows
    for each statement execute function count_deleted_comments();
create trigger count_changed after update on comments referencing old table as old_rows new table as new_rows
    for each statement execute function count_changed_comments();

create trigger notify_article after update on comment_totals for each row execute function notify_article();
-- lists show how many comments an article has
create trigger notify_site after update on comment_totals for each row
    when (old.shown is distinct from new.shown) execute function notify_channel('site');
create trigger notify_desk after insert or update or delete on comments
    for each statement execute function notify_channel('desk');
