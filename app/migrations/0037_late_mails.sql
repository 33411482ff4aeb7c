-- Who asked for a mail when something waits too long, and what they were told of.
alter table accounts add column late_mail boolean not null default false;
create table late_mails (
    account_id bigint not null references accounts on delete cascade,
    comment_id bigint not null references comments on delete cascade,
    -- when the comment was sent, or reported: what is reported again is told again
    since timestamptz not null,
    primary key (account_id, comment_id, since)
);
create index late_mails_of_comment on late_mails (comment_id);
