-- The first replies to a comment, and pages of one conversation: official answers before others, then the oldest first.
create index comments_replies_shown on comments (parent_id, official desc, id)
    where state = 'published' and parent_id is not null;
