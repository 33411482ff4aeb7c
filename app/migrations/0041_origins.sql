-- Carrying another site over: what of it became what here, so that a second run adds nothing twice, and so that the old
-- addresses lead on.

create type origin_kind as enum
    ('category', 'tag', 'topic', 'author', 'article', 'page', 'picture', 'file', 'comment', 'account', 'menu', 'setting');
create type old_module_kind as enum ('news', 'pages', 'search', 'contact', 'statistics', 'other');

create table origins (
    kind origin_kind not null,
    -- the module of the old site; empty for what belongs to none
    module text not null,
    -- the number there, or the path of a file
    key text not null,
    -- the readable part of its old address, in small letters
    alias text not null default '',
    -- the number here; null for what has none
    target bigint,
    -- of what it was there, to know whether it changed there
    digest bytea not null,
    -- how it stood here when it was written, to know whether it changed here
    stamp text not null default '',
    written_at timestamptz not null default now(),
    primary key (kind, module, key)
);
create index origins_alias on origins (kind, module, alias) where alias <> '';
create index origins_target on origins (kind, target);

-- The modules of the old site, by which its addresses are read.
create table old_modules (
    language text not null,
    name text not null,
    kind old_module_kind not null,
    -- whether addresses leave its name out
    is_unnamed boolean not null default false,
    primary key (language, name)
);
-- every process reads them again
create trigger notify_site after insert or update or delete on old_modules
    for each statement execute function notify_channel('site');

-- Limits of length bind forms. What comes from another site keeps its length.
alter table articles
    drop constraint article_lead,
    drop constraint article_author,
    drop constraint article_source,
    drop constraint article_description,
    add constraint article_lead check (
        char_length(lead) <= 65535 and (lead <> '' or kind <> 'article' or state in ('draft', 'in_review'))),
    add constraint article_author check (
        char_length(author) <= 500 and (author <> '' or kind <> 'article' or state in ('draft', 'in_review'))),
    add constraint article_source check (char_length(source) <= 600),
    add constraint article_description check (char_length(description) <= 65535);
alter table comments
    drop constraint comment_name,
    drop constraint comment_body,
    add constraint comment_name check (
        char_length(name) between 2 and 60 or (consent_version = 'carried-over' and char_length(name) between 1 and 250)),
    add constraint comment_body check (
        char_length(body) between 10 and 3000
        or (consent_version = 'carried-over' and char_length(body) between 1 and 65535));

-- Comments that waited on the old site wait after all others: the queue is in the order of their numbers.
create sequence carried_comments start with 1125899906842624;

-- The same words as before; each text is taken apart once.
create or replace function search_vector(given text) returns tsvector language sql immutable strict as $$
    select coalesce(string_agg(
        case when folded = word then format('''%s'':%s', left(word, 60), place)
             else format('''%s'':%s ''%s'':%s', left(folded, 60), place, left(word, 60), place) end,
        ' '
    ), '')::tsvector
    from (
        select word, folded, least(number, 16383) as place
        from (select search_text(given) as plain offset 0) text
        cross join unnest(string_to_array(plain, ' '), string_to_array(fold_text(plain), ' '))
                   with ordinality as words (word, folded, number)
        where folded <> ''
    ) placed
$$;

-- Whoever stores many articles in one transaction learns their words at its end, all at once and in one order: two such
-- transactions would otherwise wait for each other's words in a circle.
create or replace function index_article() returns trigger language plpgsql as $$
begin
    if new.state not in ('scheduled', 'published') or new.published_at is null then
        delete from search_entries where article_id = new.id;
        return null;
    end if;
    insert into search_entries (article_id, published_at, ends_at, text_words, tag_words)
    values (
        new.id, new.published_at, new.ends_at,
        text_words_of(new.title, new.lead, new.body),
        tag_words_of(new.id)
    )
    on conflict (article_id) do update set
        published_at = excluded.published_at, ends_at = excluded.ends_at, text_words = excluded.text_words,
        tag_words = excluded.tag_words;
    if current_setting('loa.learns_words_later', true) is distinct from 'on' then
        perform learn_words(array[new.id]);
    end if;
    return null;
end $$;
create or replace function index_tags() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        update search_entries e set tag_words = tag_words_of(e.article_id)
        where e.article_id in (select article_id from old_rows);
    else
        update search_entries e set tag_words = tag_words_of(e.article_id)
        where e.article_id in (select article_id from new_rows);
        if current_setting('loa.learns_words_later', true) is distinct from 'on' then
            perform learn_words((select array_agg(distinct article_id) from new_rows));
        end if;
    end if;
    return null;
end $$;
