-- Pages that are no news, and documents: written, reviewed and published like articles, each under an address of its kind.

create type article_kind as enum ('article', 'page', 'document');
alter table articles
    add column kind article_kind not null default 'article',
    drop constraint article_lead,
    drop constraint article_has_category,
    drop constraint article_author,
    -- what only news must have
    add constraint article_lead check (
        char_length(lead) <= 1000 and (lead <> '' or kind <> 'article' or state in ('draft', 'in_review'))),
    add constraint article_has_category check (category_id is not null or kind <> 'article' or state in ('draft', 'in_review')),
    add constraint article_author check (
        char_length(author) <= 120 and (author <> '' or kind <> 'article' or state in ('draft', 'in_review')));
create index articles_of_other_kinds on articles (kind, published_at desc) where kind <> 'article';

-- Everything that the public may see, of every kind.
create view public_texts as
select a.id, a.kind, a.slug, a.title, a.lead, a.body, a.description, a.picture_id, a.category_id, a.published_at,
       greatest(coalesce(a.modified_at, a.published_at), a.published_at) as modified_at
from articles a
where a.state in ('scheduled', 'published') and a.published_at <= now() and (a.ends_at is null or a.ends_at > now());

create or replace view public_articles as
select a.id, a.slug, a.title, c.name as category, a.lead, a.body, a.author, a.picture_id, a.picture_caption,
       a.carried_views, a.published_at,
       greatest(coalesce(a.modified_at, a.published_at), a.published_at) as modified_at,
       a.source, a.description, a.category_id, c.slug as category_slug, c.is_hidden as is_category_hidden
from articles a join categories c on c.id = a.category_id
where a.kind = 'article'
      and a.state in ('scheduled', 'published') and a.published_at <= now() and (a.ends_at is null or a.ends_at > now());

create or replace view shown_revisions as
select a.id as article_id, a.published_revision as revision, p.id is not null as is_public
from articles a left join public_texts p on p.id = a.id
where a.published_revision is not null and a.published_at <= now();

create or replace view written_articles as
select a.id, a.revision, a.published_revision, a.folded_title, a.updated_at, a.published_at, a.ends_at, a.review_note,
       a.is_update_sent, a.withdrawal_message, a.moved_to, a.created_by, a.deleted_at, a.slug,
       (case
           when a.state = 'draft' then 'draft'
           when a.state = 'in_review' then 'in_review'
           when a.state = 'withdrawn' then 'withdrawn'
           when a.published_at > now() then 'scheduled'
           when a.ends_at <= now() then 'ended'
           else 'published'
       end)::article_stage as stage,
       a.kind
from articles a;

-- Every address that a page has or had in public. None is ever given to another one.
create table page_addresses (
    slug text primary key,
    article_id bigint not null references articles on delete cascade
);
create index page_addresses_article on page_addresses (article_id);
create function keep_page_address() returns trigger language plpgsql as $$
begin
    insert into page_addresses (slug, article_id) values (new.slug, new.id) on conflict (slug) do nothing;
    if (select article_id from page_addresses where slug = new.slug) <> new.id then
        raise unique_violation using constraint = 'page_slug_taken';
    end if;
    return null;
end $$;
create trigger keep_address after insert or update of slug, state on articles
    for each row when (new.kind = 'page' and new.state in ('scheduled', 'published')) execute function keep_page_address();

-- What a document has besides its text, as it was published last.
create table documents (
    article_id bigint primary key references articles on delete cascade,
    -- number and symbol: 15/KH-UBND
    number text not null constraint document_number check (char_length(number) <= 60),
    -- without case, diacritics and spaces
    folded_number text not null,
    kind text not null constraint document_kind check (char_length(kind) <= 60),
    issuer text not null constraint document_issuer check (char_length(issuer) <= 120),
    signer text not null constraint document_signer check (char_length(signer) <= 120),
    issued_on date,
    -- where it stands in lists: the day on which it was issued, or else published
    listed_on date not null,
    in_force_from date,
    -- the last day on which it is in force; without an end where it is null
    in_force_until date,
    -- a draft that is open for opinions until this moment
    opinions_until timestamptz,
    constraint document_force check (in_force_until >= in_force_from)
);
create unique index document_number_taken on documents (folded_number, lower(issuer)) where folded_number <> '';
create index documents_newest on documents (listed_on desc, article_id desc);
create index documents_opinions on documents (opinions_until) where opinions_until is not null;
create table document_replacements (
    document_id bigint not null references articles on delete cascade,
    replaced_id bigint not null references articles on delete cascade,
    position smallint not null,
    primary key (document_id, replaced_id),
    constraint document_replaces_others check (replaced_id <> document_id)
);
create index document_replacements_replaced on document_replacements (replaced_id);
create trigger notify_site after insert or update or delete on documents
    for each statement execute function notify_channel('site');

-- Pages take no comments; documents take them while they are open for opinions. Only news is rated.
create function takes_opinions(article bigint) returns boolean language sql stable as $$
    select case kind
        when 'article' then true
        when 'page' then false
        else exists (select from documents where article_id = article and opinions_until > now())
    end from articles where id = article
$$;
create or replace function is_closed_to_comments(article bigint) returns boolean language sql stable as $$
    select exists (select from closures where comments and (article_id is null or article_id = article))
           or exists (select from articles where id = article and closed_to_comments)
           or not coalesce(takes_opinions(article), true)
$$;
create or replace function is_closed_to_ratings(article bigint) returns boolean language sql stable as $$
    select exists (select from closures where ratings and (article_id is null or article_id = article))
           or exists (select from articles where id = article and (closed_to_ratings or kind <> 'article'))
$$;

-- Documents are found by what is written on them, too.
create or replace function tag_words_of(article bigint) returns tsvector language sql stable as $$
    select setweight(search_vector(coalesce(string_agg(name, ' '), '')), 'B')
    from (
        select t.name from article_tags g join tags t on t.id = g.tag_id where g.article_id = article
        union all
        select concat_ws(' ', kind, number, issuer, signer) from documents where article_id = article
    ) named
$$;
create function index_document() returns trigger language plpgsql as $$
begin
    update search_entries set tag_words = tag_words_of(new.article_id) where article_id = new.article_id;
    perform learn_words(array[new.article_id]);
    return null;
end $$;
create trigger index_document after insert or update on documents
    for each row execute function index_document();
