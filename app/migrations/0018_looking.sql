-- Which comment each member of staff is at, for a while: others see their name on it.
create unlogged table looking (
    account_id bigint primary key references accounts on delete cascade,
    comment_id bigint not null references comments on delete cascade,
    until timestamptz not null
);
create index looking_comment on looking (comment_id);
create trigger notify_desk after insert or update or delete on looking for each statement execute function notify_channel('desk');
