-- Votes and their totals.

-- a suspicious vote is stored, and counts only after a person has let it in
create type vote_state as enum ('counted', 'suspicious');

-- The totals that an article shows. They change in the transaction of the vote that changes them.
create table rating_totals (
    article_id bigint primary key references articles on delete cascade,
    -- what another site had counted
    carried_points bigint not null default 0,
    carried_ratings bigint not null default 0,
    points bigint not null default 0,
    ratings bigint not null default 0,
    -- grows with each change, so that of two totals the newer is known
    revision bigint not null default 0,
    constraint rating_totals_possible check (
        carried_ratings >= 0 and carried_points between carried_ratings and 5 * carried_ratings
        and ratings >= 0 and points between ratings and 5 * ratings
    )
);

create table votes (
    article_id bigint not null references rating_totals on delete cascade,
    visitor bytea not null constraint vote_visitor check (octet_length(visitor) = 32),
    stars smallint not null constraint vote_stars check (stars between 1 and 5),
    state vote_state not null default 'counted',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (article_id, visitor)
);
create index votes_age on votes (updated_at);
create index votes_visitor on votes (visitor);
create index votes_suspicious on votes (article_id, updated_at) where state = 'suspicious';

create trigger notify_article after update on rating_totals for each row execute function notify_article();
-- the desk follows suspicious votes alone: the others are too many
create trigger notify_desk_suspicious after insert or update on votes
    for each row when (new.state = 'suspicious') execute function notify_channel('desk');
create trigger notify_desk_reviewed after update or delete on votes
    for each row when (old.state = 'suspicious') execute function notify_channel('desk');
