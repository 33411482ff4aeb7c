-- A block ends by itself or by hand, says why to the writer, and can be taken up again as it was.
alter table blocked_visitors
    add column blocked_by bigint references accounts,
    -- the comment for which the writer was blocked
    add column comment_id bigint references comments on delete set null,
    -- until then; for good, where it is null
    add column until timestamptz,
    -- a sentence that the writer sees
    add column note text constraint block_note check (char_length(note) between 1 and 300),
    -- when it was ended by hand; what has ended is kept for a while, so that ending it can be undone
    add column ended_at timestamptz;

create view active_blocks as
    select * from blocked_visitors where ended_at is null and coalesce(until, 'infinity') > now();

create index blocked_visitors_latest on blocked_visitors (blocked_at desc) where ended_at is null;
create index blocked_visitors_until on blocked_visitors (until) where ended_at is null and until is not null;
create index blocked_visitors_comment on blocked_visitors (comment_id) where comment_id is not null;

-- What was flagged can come first.
create index comments_flagged on comments (state, id) where state in ('pending', 'blocked') and reasons <> '[]';
