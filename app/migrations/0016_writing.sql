-- Writing: what staff work on beside what the public sees. The columns of `articles` are what the public sees, or was to
-- see last; every saved text is a revision.

alter table accounts
    -- an editor with this mark publishes; an administrator always does
    add column may_publish boolean not null default false;

alter table article_revisions add column content jsonb;
update article_revisions r
set content = jsonb_build_object(
        'title', r.title, 'lead', r.lead, 'body', r.body, 'author', r.author,
        'slug', a.slug, 'category', a.category_id, 'picture', a.picture_id, 'caption', a.picture_caption, 'ends_at', a.ends_at)
from articles a where a.id = r.article_id;
alter table article_revisions
    alter column content set not null,
    add column sanitiser_version smallint not null default 1,
    -- when the public first saw it; such a revision is kept for good
    add column published_at timestamptz,
    drop column title, drop column lead, drop column body, drop column author;
update article_revisions r set published_at = a.published_at
from articles a where a.id = r.article_id and a.state in ('scheduled', 'published');

alter table articles
    -- a draft may lack what a published article must have
    alter column category_id drop not null,
    drop constraint article_title,
    add constraint article_title check (char_length(title) <= 300 and (title <> '' or state in ('draft', 'in_review'))),
    add constraint article_lead check (char_length(lead) <= 1000 and (lead <> '' or state in ('draft', 'in_review'))),
    add constraint article_has_category check (category_id is not null or state in ('draft', 'in_review')),
    add constraint article_author check (char_length(author) <= 120 and (author <> '' or state in ('draft', 'in_review'))),
    -- the newest title without case and diacritics, for searches
    add column folded_title text not null default '',
    -- where the text was taken from
    add column source text not null default '' constraint article_source check (char_length(source) <= 300),
    -- the sentence for search engines; the lead, where it is empty
    add column description text not null default '' constraint article_description check (char_length(description) <= 300),
    -- the revision that the public sees, or saw last
    add column published_revision integer,
    -- when the public text last changed
    add column modified_at timestamptz,
    -- why it came back to its writer
    add column review_note text not null default '' constraint article_review_note check (char_length(review_note) <= 1000),
    -- whether the draft beside the published text waits to be published
    add column is_update_sent boolean not null default false,
    -- what readers see in its place
    add column withdrawal_message text not null default ''
        constraint article_withdrawal_message check (char_length(withdrawal_message) <= 300),
    add column moved_to bigint references articles constraint article_moves_elsewhere check (moved_to <> id),
    add column created_by bigint references accounts,
    -- when a draft was thrown away; it can be brought back for a while
    add column deleted_at timestamptz,
    add constraint article_deleted_draft check (deleted_at is null or (state = 'draft' and published_revision is null));
update articles set
    folded_title = fold_text(title),
    published_revision = case when state in ('scheduled', 'published', 'withdrawn') then revision end,
    modified_at = case when revision > 1 then updated_at end;
update articles set withdrawal_message = 'Bài viết không còn được đăng' where state = 'withdrawn';
alter table articles add constraint article_withdrawn
    check (state <> 'withdrawn' or withdrawal_message <> '' or moved_to is not null);
create index articles_ending on articles (ends_at) where ends_at is not null;
create index articles_written on articles (updated_at desc, id desc);

-- Sentences with which readers are told what was corrected.
create table article_corrections (
    article_id bigint not null references articles on delete cascade,
    corrected_at timestamptz not null default now(),
    message text not null constraint correction_message check (char_length(message) between 1 and 300),
    primary key (article_id, corrected_at)
);

-- What somebody is writing and has not saved: one copy for each article and person.
create table article_copies (
    article_id bigint not null references articles on delete cascade,
    account_id bigint not null references accounts on delete cascade,
    -- the revision that it was begun from
    revision integer not null,
    -- the fields of the form as they were typed
    form jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (article_id, account_id)
);

-- Where an article stands, by the database's clock.
create type article_stage as enum ('draft', 'in_review', 'scheduled', 'published', 'ended', 'withdrawn');
create view written_articles as
select a.id, a.revision, a.published_revision, a.folded_title, a.updated_at, a.published_at, a.ends_at, a.review_note,
       a.is_update_sent, a.withdrawal_message, a.moved_to, a.created_by, a.deleted_at, a.slug,
       (case
           when a.state = 'draft' then 'draft'
           when a.state = 'in_review' then 'in_review'
           when a.state = 'withdrawn' then 'withdrawn'
           when a.published_at > now() then 'scheduled'
           when a.ends_at <= now() then 'ended'
           else 'published'
       end)::article_stage as stage
from articles a;

create or replace view public_articles as
select a.id, a.slug, a.title, c.name as category, a.lead, a.body, a.author, a.picture_id, a.picture_caption,
       a.carried_views, a.published_at,
       greatest(coalesce(a.modified_at, a.published_at), a.published_at) as modified_at,
       a.source, a.description
from articles a join categories c on c.id = a.category_id
where a.state in ('scheduled', 'published') and a.published_at <= now() and (a.ends_at is null or a.ends_at > now());

create trigger notify_writing after insert or update or delete on articles
    for each statement execute function notify_channel('desk');

-- Work on a draft drops no cached page: only a change of what the public sees does.
drop trigger notify_site on articles;
create trigger notify_site_of_new after insert on articles
    for each row when (new.state in ('scheduled', 'published')) execute function notify_channel('site');
create trigger notify_site_of_deleted after delete on articles
    for each row when (old.state in ('scheduled', 'published')) execute function notify_channel('site');
create trigger notify_site_of_change after update on articles
    for each row when (
        (old.state in ('scheduled', 'published') or new.state in ('scheduled', 'published'))
        and to_jsonb(old) - '{revision,folded_title,updated_at,review_note,is_update_sent}'::text[]
            is distinct from to_jsonb(new) - '{revision,folded_title,updated_at,review_note,is_update_sent}'::text[]
    ) execute function notify_channel('site');
create trigger notify_site after insert or delete on article_corrections
    for each row execute function notify_channel('site');
