-- Faults in articles, as readers report them.

create type fault_state as enum ('open', 'mended', 'declined');
create table article_faults (
    id bigint generated always as identity primary key,
    article_id bigint not null references articles on delete cascade,
    visitor bytea not null constraint fault_visitor check (octet_length(visitor) = 32),
    -- the words that the reader had marked
    quotation text not null default '' constraint fault_quotation check (char_length(quotation) <= 500),
    message text not null constraint fault_message check (char_length(message) between 1 and 1000),
    -- what the private link is derived from, and its hash
    link_salt bytea not null,
    link_hash bytea not null constraint fault_link check (octet_length(link_hash) = 32) unique,
    state fault_state not null default 'open',
    -- what the reader is told
    answer text not null default '' constraint fault_answer check (char_length(answer) <= 1000),
    decided_by bigint references accounts,
    decided_at timestamptz,
    created_at timestamptz not null default now(),
    anonymised boolean not null default false,
    constraint fault_decided check ((state = 'open') = (decided_at is null))
);
create index article_faults_list on article_faults ((state = 'open'), id desc);
create index article_faults_article on article_faults (article_id);
create index article_faults_visitor on article_faults (visitor);
create index article_faults_age on article_faults (created_at) where not anonymised;
create trigger notify_desk after insert or update or delete on article_faults
    for each statement execute function notify_channel('desk');
