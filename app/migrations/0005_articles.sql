-- Articles, their categories and their revisions.

create type article_state as enum ('draft', 'in_review', 'scheduled', 'published', 'withdrawn');

create table categories (
    id bigint generated always as identity primary key,
    slug text not null constraint category_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
        constraint category_slug_taken unique,
    name text not null constraint category_name check (char_length(name) between 1 and 100),
    position integer not null default 0,
    created_at timestamptz not null default now()
);

create table articles (
    id bigint generated always as identity primary key,
    state article_state not null default 'draft',
    slug text not null constraint article_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text not null constraint article_title check (char_length(title) between 1 and 300),
    category_id bigint not null references categories,
    lead text not null,
    body text not null,
    -- the version of the rules by which the body was sanitised
    sanitiser_version smallint not null,
    author text not null,
    picture_id bigint references pictures,
    picture_caption text not null default '',
    -- grows with each change; the text of every revision is kept
    revision integer not null default 1,
    -- views that another site had counted
    carried_views bigint not null default 0 constraint article_carried_views check (carried_views >= 0),
    -- when it was published, or is to be
    published_at timestamptz,
    -- when it stops being shown; never, where it is null
    ends_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint article_published check (state not in ('scheduled', 'published') or published_at is not null),
    constraint article_ends check (ends_at > published_at)
);
create index articles_public on articles (published_at desc, id desc) where state in ('scheduled', 'published');
create index articles_category on articles (category_id);

-- The text of an article at each change.
create table article_revisions (
    article_id bigint not null references articles on delete cascade,
    revision integer not null,
    title text not null,
    lead text not null,
    body text not null,
    author text not null,
    account_id bigint references accounts,
    created_at timestamptz not null default now(),
    primary key (article_id, revision)
);

-- What the public may see, by the database's clock: whether a job has already renamed a state makes no difference.
create view public_articles as
select a.id, a.slug, a.title, c.name as category, a.lead, a.body, a.author, a.picture_id, a.picture_caption,
       a.carried_views, a.published_at
from articles a join categories c on c.id = a.category_id
where a.state in ('scheduled', 'published') and a.published_at <= now() and (a.ends_at is null or a.ends_at > now());

create trigger notify_site after insert or update or delete on articles
    for each statement execute function notify_channel('site');
create trigger notify_site after update or delete on categories
    for each statement execute function notify_channel('site');
