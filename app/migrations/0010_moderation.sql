-- Which comment each member of staff is looking at, for a while: the others see the name on its card.

create unlogged table presence (
    account_id bigint primary key references accounts on delete cascade,
    comment_id bigint not null references comments on delete cascade,
    expires_at timestamptz not null
);
create index presence_comment on presence (comment_id);
create trigger notify_desk after insert or update or delete on presence
    for each statement execute function notify_channel('desk');
