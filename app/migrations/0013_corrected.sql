-- When a writer corrected a comment; and the versions of what waits, which open desks follow, from the index alone.
alter table comments add column corrected_at timestamptz;
drop index comments_waiting;
create index comments_waiting on comments (state, id) include (version);
