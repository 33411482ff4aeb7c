-- Readers report published comments, once each; that hides nothing, it brings them to a tab of their own.
create table reports (
    comment_id bigint not null references comments on delete cascade,
    visitor bytea not null constraint report_visitor check (octet_length(visitor) = 32),
    reason text not null,
    words text constraint report_words check (char_length(words) between 1 and 500),
    created_at timestamptz not null default now(),
    -- whether the visitor was taken off
    forgotten boolean not null default false,
    primary key (comment_id, visitor)
);
create index reports_visitor on reports (visitor);
create index reports_age on reports (created_at) where not forgotten;

alter table comments
    -- the first report since somebody looked, and the one before, to which undoing leads back
    add column reported_at timestamptz,
    add column reported_before timestamptz,
    -- what readers see as •••: places in `body`, in characters
    add column covered jsonb not null default '[]';
create index comments_reported on comments (reported_at, id) where state = 'published' and reported_at is not null;
