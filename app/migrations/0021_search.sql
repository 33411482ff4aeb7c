-- Searching: every public article with the words of its title, lead, body, tags and files; the words that are known, for
-- spelling; and the words of published comments.

create extension if not exists pg_trgm;

-- A text as searches split it: lower case, composed, and nothing but Latin letters, digits and single spaces.
create function search_text(given text) returns text language sql immutable strict as $$
    select btrim(regexp_replace(
        normalize(translate(lower(normalize(given, NFD)), 'Đ', 'đ'), NFC),
        '[^a-z0-9\u00C0-\u024F\u0300-\u036F\u1E00-\u1EFF]+', ' ', 'g'
    ))
$$;

-- The words of a text with their places. A word with diacritics stands twice in its place: without them, and as it is.
create function search_vector(given text) returns tsvector language sql immutable strict as $$
    select coalesce(string_agg(
        case when folded = word then format('''%s'':%s', left(word, 60), place)
             else format('''%s'':%s ''%s'':%s', left(folded, 60), place, left(word, 60), place) end,
        ' '
    ), '')::tsvector
    from (
        select word, folded, least(number, 16383) as place
        from unnest(
            string_to_array(search_text(given), ' '), string_to_array(fold_text(search_text(given)), ' ')
        ) with ordinality as words (word, folded, number)
        where folded <> ''
    ) placed
$$;

-- The text of HTML that the program sanitised.
create function html_text(html text) returns text language sql immutable strict as $$
    select replace(replace(replace(replace(
        regexp_replace(html, '<[^>]*>', ' ', 'g'), '&lt;', '<'), '&gt;', '>'), '&nbsp;', ' '), '&amp;', '&')
$$;

-- One row for each article that the public sees, or will see at its time.
create table search_entries (
    article_id bigint primary key references articles on delete cascade,
    published_at timestamptz not null,
    ends_at timestamptz,
    text_words tsvector not null,
    tag_words tsvector not null,
    words tsvector not null generated always as (text_words || tag_words) stored
);
create index search_entries_words on search_entries using gin (words) with (fastupdate = off);
create index search_entries_newest on search_entries (published_at desc);

-- The words that articles have, without diacritics.
create table search_vocabulary (
    word text primary key
);
create index search_vocabulary_similar on search_vocabulary using gist (word gist_trgm_ops);

create function text_words_of(title text, lead text, body text) returns tsvector language sql stable as $$
    select setweight(search_vector(title), 'A') || setweight(search_vector(lead), 'B')
        || setweight(search_vector(coalesce((
            select string_agg(name, ' ') from files
            where hash in (select link.parts[1] from regexp_matches(body, '/tep/([0-9a-f]{8,64})', 'g') link (parts))
        ), '')), 'B')
        || search_vector(html_text(body))
$$;

create function tag_words_of(article bigint) returns tsvector language sql stable as $$
    select setweight(search_vector(coalesce(string_agg(t.name, ' '), '')), 'B')
    from article_tags g join tags t on t.id = g.tag_id where g.article_id = article
$$;

-- Adds the words of articles to those that are known; in one order, so that two articles that are published at once do
-- not wait for each other.
create function learn_words(article_ids bigint[]) returns void language sql as $$
    insert into search_vocabulary (word)
    select distinct lexeme
    from (select (unnest(words)).lexeme from search_entries where article_id = any(article_ids)) known
    where lexeme ~ '^[a-z]{2,20}$' order by lexeme
    on conflict do nothing
$$;

create function index_article() returns trigger language plpgsql as $$
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
    perform learn_words(array[new.id]);
    return null;
end $$;
create trigger index_new_article after insert on articles
    for each row when (new.state in ('scheduled', 'published')) execute function index_article();
create trigger index_article after update of state, title, lead, body, published_at, ends_at on articles
    for each row when (
        (old.state, old.title, old.lead, old.body, old.published_at, old.ends_at)
        is distinct from (new.state, new.title, new.lead, new.body, new.published_at, new.ends_at)
    ) execute function index_article();

create function index_tags() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        update search_entries e set tag_words = tag_words_of(e.article_id)
        where e.article_id in (select article_id from old_rows);
    else
        update search_entries e set tag_words = tag_words_of(e.article_id)
        where e.article_id in (select article_id from new_rows);
        perform learn_words((select array_agg(distinct article_id) from new_rows));
    end if;
    return null;
end $$;
create trigger index_tags after insert on article_tags
    referencing new table as new_rows for each statement execute function index_tags();
create trigger index_fewer_tags after delete on article_tags
    referencing old table as old_rows for each statement execute function index_tags();

create function index_renamed_tag() returns trigger language plpgsql as $$
begin
    update search_entries e set tag_words = tag_words_of(e.article_id)
    where e.article_id in (select article_id from article_tags where tag_id = new.id);
    perform learn_words((select array_agg(article_id) from article_tags where tag_id = new.id));
    return null;
end $$;
create trigger index_renamed after update of name on tags
    for each row when (old.name <> new.name) execute function index_renamed_tag();

-- what is there already
insert into search_entries (article_id, published_at, ends_at, text_words, tag_words)
select a.id, a.published_at, a.ends_at,
       text_words_of(a.title, a.lead, a.body),
       tag_words_of(a.id)
from articles a where a.state in ('scheduled', 'published') and a.published_at is not null;
insert into search_vocabulary (word)
select distinct lexeme from (select (unnest(words)).lexeme from search_entries) known where lexeme ~ '^[a-z]{2,20}$';

alter table comments add column words tsvector not null generated always as (search_vector(body)) stored;
create index comments_words on comments using gin (words) where state = 'published';
