-- Visits, counted without knowing anybody.

-- The key of one Vietnamese day. It is deleted with the day, and with it the last way from a hash to an address.
create table visit_keys (
    day date primary key,
    key bytea not null constraint visit_key_length check (octet_length(key) = 32)
);

-- The visits of today: a keyed hash of address and agent, and from when to when it was seen. `page` is an article, or
-- 0 for the whole site. Two visits of one visitor lie more than 30 idle minutes apart.
create table visits (
    day date not null,
    page bigint not null,
    visitor bytea not null constraint visit_visitor check (octet_length(visitor) = 16),
    began timestamptz not null,
    ended timestamptz not null,
    primary key (day, page, visitor, began),
    constraint visit_order check (began <= ended)
);
create index visits_now on visits (ended) where page = 0;

-- How many visits began in each hour, on each day and ever: the only part that stays. A change can be negative, when
-- two visits turn out to be one.
create table traffic_hours (
    hour timestamptz primary key,
    visits bigint not null
);
create table traffic_days (
    page bigint not null,
    day date not null,
    visits bigint not null,
    primary key (page, day)
);
create index traffic_days_most_read on traffic_days (day) where page > 0;
create table traffic_totals (
    page bigint primary key,
    visits bigint not null
);

create function notify_views() returns trigger language plpgsql as $$
begin
    perform pg_notify('article', new.page::text);
    return null;
end $$;
create trigger notify_views after insert or update on traffic_totals
    for each row when (new.page > 0) execute function notify_views();
create trigger notify_figures after insert or update on traffic_totals
    for each statement execute function notify_channel('figures');
