-- The front page as editors arrange it, and urgent notices on every page.

create table front_page (
    id boolean primary key default true constraint one_front_page check (id),
    -- stands first as long as it is public
    pinned_article bigint references articles on delete set null,
    -- its newest articles are the strip of notices
    notice_category bigint references categories,
    -- the categories with a block of their own, in their order; all that readers are offered, where none are set
    blocks bigint[] not null default '{}' constraint front_blocks check (cardinality(blocks) <= 12)
);
insert into front_page default values;
create trigger notify_site after update on front_page
    for each statement execute function notify_channel('site');

create table notices (
    id bigint generated always as identity primary key,
    message text not null constraint notice_message check (char_length(message) between 1 and 200),
    -- a path of this site or an address elsewhere
    link text not null default ''
        constraint notice_link check (link = '' or (link ~ '^(/($|[^/\\])|https?://)' and char_length(link) <= 300)),
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    created_by bigint references accounts,
    constraint notice_time check (ends_at > begins_at)
);
create index notices_ending on notices (ends_at);
create trigger notify_site after insert or update or delete on notices
    for each statement execute function notify_channel('site');
