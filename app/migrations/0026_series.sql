-- Series: articles that belong together, in an order that editors choose.

create table series (
    id bigint generated always as identity primary key,
    slug text not null constraint series_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$') constraint series_slug_taken unique,
    name text not null constraint series_name check (char_length(name) between 1 and 120),
    description text not null default '' constraint series_description check (char_length(description) <= 500),
    created_at timestamptz not null default now()
);
-- Every address that a series has or had. None is given to another one while the series is there.
create table series_addresses (
    slug text primary key,
    series_id bigint not null references series on delete cascade
);
create index series_addresses_series on series_addresses (series_id);
create function keep_series_address() returns trigger language plpgsql as $$
begin
    insert into series_addresses (slug, series_id) values (new.slug, new.id) on conflict (slug) do nothing;
    if (select series_id from series_addresses where slug = new.slug) <> new.id then
        raise unique_violation using constraint = 'series_slug_taken';
    end if;
    return null;
end $$;
create trigger keep_address after insert or update of slug on series
    for each row execute function keep_series_address();

create table series_articles (
    series_id bigint not null references series on delete cascade,
    article_id bigint not null references articles on delete cascade,
    position integer not null,
    primary key (series_id, article_id)
);
create index series_articles_article on series_articles (article_id);
create trigger notify_site after insert or update or delete on series
    for each statement execute function notify_channel('site');
create trigger notify_site after insert or update or delete on series_articles
    for each statement execute function notify_channel('site');
