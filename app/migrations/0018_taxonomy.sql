-- Categories in two levels, tags, and what an article has besides its text: further categories, tags, related articles,
-- and whether it takes comments and ratings.

alter table categories
    -- the category that it stands under; one that has others under it stands under none
    add column parent_id bigint references categories constraint category_parent check (parent_id <> id),
    -- not offered to writers and readers; what is in it stays public
    add column is_hidden boolean not null default false,
    -- the category that its articles moved to; the row stays for texts that name it
    add column merged_into bigint references categories constraint category_merged check (merged_into <> id);
create index categories_parent on categories (parent_id) where parent_id is not null;

-- Every address that a category has or had. None is ever given to another one.
create table category_addresses (
    slug text primary key,
    category_id bigint not null references categories
);
create index category_addresses_category on category_addresses (category_id);
insert into category_addresses (slug, category_id) select slug, id from categories;

create table tags (
    id bigint generated always as identity primary key,
    slug text not null constraint tag_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$') constraint tag_slug_taken unique,
    name text not null constraint tag_name check (char_length(name) between 1 and 60),
    created_at timestamptz not null default now()
);
create table tag_addresses (
    slug text primary key,
    tag_id bigint not null references tags
);
create index tag_addresses_tag on tag_addresses (tag_id);

create function keep_category_address() returns trigger language plpgsql as $$
begin
    insert into category_addresses (slug, category_id) values (new.slug, new.id) on conflict (slug) do nothing;
    if (select category_id from category_addresses where slug = new.slug) <> new.id then
        raise unique_violation using constraint = 'category_slug_taken';
    end if;
    return null;
end $$;
create trigger keep_address after insert or update of slug on categories
    for each row when (new.merged_into is null) execute function keep_category_address();

create function keep_tag_address() returns trigger language plpgsql as $$
begin
    insert into tag_addresses (slug, tag_id) values (new.slug, new.id) on conflict (slug) do nothing;
    if (select tag_id from tag_addresses where slug = new.slug) <> new.id then
        raise unique_violation using constraint = 'tag_slug_taken';
    end if;
    return null;
end $$;
create trigger keep_address after insert or update of slug on tags
    for each row execute function keep_tag_address();
create trigger notify_site after update or delete on tags
    for each statement execute function notify_channel('site');

-- The categories of an article besides its own.
create table article_categories (
    article_id bigint not null references articles on delete cascade,
    category_id bigint not null references categories,
    -- the article's, so that the newest are found first
    published_at timestamptz,
    primary key (article_id, category_id)
);
create index article_categories_newest on article_categories (category_id, published_at desc nulls last, article_id desc);

create table article_tags (
    article_id bigint not null references articles on delete cascade,
    tag_id bigint not null references tags on delete cascade,
    position smallint not null,
    -- the article's, so that the newest are found first
    published_at timestamptz,
    primary key (article_id, tag_id)
);
create index article_tags_newest on article_tags (tag_id, published_at desc nulls last, article_id desc);

create function copy_publication_time() returns trigger language plpgsql as $$
begin
    update article_categories set published_at = new.published_at where article_id = new.id;
    update article_tags set published_at = new.published_at where article_id = new.id;
    return null;
end $$;
create trigger copy_publication_time after update of published_at on articles
    for each row when (old.published_at is distinct from new.published_at) execute function copy_publication_time();

create table article_relations (
    article_id bigint not null references articles on delete cascade,
    related_id bigint not null references articles on delete cascade,
    position smallint not null,
    primary key (article_id, related_id),
    constraint article_relates_to_others check (related_id <> article_id)
);
create index article_relations_related on article_relations (related_id);

alter table articles
    add column closed_to_comments boolean not null default false,
    add column closed_to_ratings boolean not null default false;
create trigger notify_closures after update of closed_to_comments, closed_to_ratings on articles
    for each row when (old.closed_to_comments <> new.closed_to_comments or old.closed_to_ratings <> new.closed_to_ratings)
    execute function notify_channel('closures');
-- Whether an article takes no comments or ratings, by a closure or by itself.
create function is_closed_to_comments(article bigint) returns boolean language sql stable as $$
    select exists (select from closures where comments and (article_id is null or article_id = article))
           or exists (select from articles where id = article and closed_to_comments)
$$;
create function is_closed_to_ratings(article bigint) returns boolean language sql stable as $$
    select exists (select from closures where ratings and (article_id is null or article_id = article))
           or exists (select from articles where id = article and closed_to_ratings)
$$;
drop index articles_category;
create index articles_category on articles (category_id, published_at desc, id desc);

create or replace view public_articles as
select a.id, a.slug, a.title, c.name as category, a.lead, a.body, a.author, a.picture_id, a.picture_caption,
       a.carried_views, a.published_at,
       greatest(coalesce(a.modified_at, a.published_at), a.published_at) as modified_at,
       a.source, a.description, a.category_id, c.slug as category_slug, c.is_hidden as is_category_hidden
from articles a join categories c on c.id = a.category_id
where a.state in ('scheduled', 'published') and a.published_at <= now() and (a.ends_at is null or a.ends_at > now());

-- Addresses under which somebody without an account sees the newest text of an article, one for each article.
create table preview_links (
    article_id bigint primary key references articles on delete cascade,
    token_hash bytea not null constraint preview_link_hash check (octet_length(token_hash) = 32) unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);

-- What preview links show: the newest text of an article, until their time is over and until the public sees it. One that
-- was made before a publication shows nothing of what was written after it.
create view previewed_texts as
select l.token_hash, l.article_id, l.expires_at, w.revision
from preview_links l join written_articles w on w.id = l.article_id
where l.expires_at > now() and w.deleted_at is null and w.stage not in ('ended', 'withdrawn')
      and not (w.stage = 'published' and (w.published_revision = w.revision or l.created_at < w.published_at));
