create table pictures (
    id bigint generated always as identity primary key,
    alt text not null,
    created_at timestamptz not null default now()
);

-- A picture in one size and one format, addressed by the hash of its bytes.
create table picture_files (
    picture_id bigint not null references pictures on delete cascade,
    width integer not null,
    height integer not null,
    format text not null constraint picture_format check (format in ('webp', 'jpg')),
    hash text not null,
    bytes bytea not null,
    primary key (picture_id, width, format)
);
create index picture_files_hash on picture_files (hash);

create table articles (
    id bigint generated always as identity primary key,
    slug text not null constraint article_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text not null constraint article_title check (char_length(title) between 1 and 300),
    category text not null,
    lead text not null,
    body text not null,
    author text not null,
    picture_id bigint references pictures,
    picture_caption text not null default '',
    carried_views bigint not null default 0 constraint article_carried_views check (carried_views >= 0),
    published_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index articles_newest on articles (published_at desc, id desc) where published_at is not null;

-- The sums that an article shows. They move in the transaction of the vote that moves them.
create table rating_totals (
    article_id bigint primary key references articles on delete cascade,
    carried_points bigint not null default 0,
    carried_ratings bigint not null default 0,
    points bigint not null default 0,
    ratings bigint not null default 0,
    -- grows with each change, so that whoever hears of two knows the newer
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
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (article_id, visitor)
);
create index votes_age on votes (updated_at);
