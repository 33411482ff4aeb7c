-- How many comments an article shows, and a number that grows with each change of them.
create table comment_totals (
    article_id bigint primary key references articles on delete cascade,
    shown integer not null default 0 constraint comment_totals_possible check (shown >= 0),
    revision bigint not null default 0
);

-- What people agreed to, word for word, under the hash of the words.
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
    state text not null default 'held'
        constraint comment_state check (state in ('held', 'published', 'rejected', 'removed')),
    version integer not null default 1,
    revision bigint,
    consent_version text not null references consent_texts,
    consented_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    -- what another site carried over is kept from the day it came here
    kept_from timestamptz not null default now(),
    published_at timestamptz,
    decided_at timestamptz,
    decided_by bigint references accounts,
    -- replies go one level deep, within one article: the parent must itself be no reply
    is_reply boolean not null generated always as (parent_id is not null) stored,
    parent_is_reply boolean generated always as (case when parent_id is null then null else false end) stored,
    unique (id, article_id, is_reply),
    constraint comment_parent foreign key (parent_id, article_id, parent_is_reply)
        references comments (id, article_id, is_reply) on delete cascade
);
create index comments_shown on comments (article_id, id desc) where state = 'published' and parent_id is null;
create index comments_replies on comments (parent_id, id) where parent_id is not null;
create index comments_held on comments (id) where state = 'held';
create index comments_published on comments (decided_at desc, id desc) where state = 'published';
create index comments_own on comments (visitor, article_id, created_at);
create index comments_changed on comments (article_id, revision desc) where revision is not null;
create index comments_repeated on comments (article_id, body_hash, created_at);
create index comments_age on comments (kept_from) where state = 'published';

create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    account_id bigint references accounts,
    action text not null,
    comment_id bigint,
    detail jsonb not null default '{}'
);
create index audit_comment on audit (comment_id, id);
create index audit_age on audit (at);
