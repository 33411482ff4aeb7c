-- A writer's own link to a comment: kept as a hash only. What it is made from is in the writer's cookie.
alter table comments
    add column link_salt bytea constraint comment_link_salt check (octet_length(link_salt) = 16),
    add column link_hash bytea constraint comment_link unique,
    -- when its writer took it back; it does not come back then
    add column withdrawn_at timestamptz;
