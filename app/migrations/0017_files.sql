-- Pictures and files. Their bytes lie in the file store under the hash of their content; here is what they are, and which
-- text shows them.

alter table pictures
    add constraint picture_alt check (char_length(alt) <= 300),
    -- the name that the uploaded file had
    add column name text not null default '' constraint picture_name check (char_length(name) <= 150),
    -- name and description without case and diacritics, for searches
    add column folded text not null default '',
    -- of the original, upright, in pixels
    add column width integer not null default 0,
    add column height integer not null default 0,
    -- which of sixteen colours its space has until it is loaded
    add column tone smallint not null default 0 constraint picture_tone check (tone between 0 and 15),
    -- the point that every crop keeps, in percent from the left and from the top
    add column focus_x smallint not null default 50 constraint picture_focus_x check (focus_x between 0 and 100),
    add column focus_y smallint not null default 50 constraint picture_focus_y check (focus_y between 0 and 100),
    -- the original in the file store, for staff alone; null where only the sizes were kept
    add column original_hash text,
    -- what the original and all sizes take, in bytes
    add column size bigint not null default 0,
    add column uploaded_by bigint references accounts;
update pictures p set
    folded = fold_text(alt),
    width = coalesce((select max(f.width) from picture_files f where f.picture_id = p.id), 0),
    height = coalesce((select max(f.height) from picture_files f where f.picture_id = p.id), 0),
    size = coalesce((select sum(length(f.bytes)) from picture_files f where f.picture_id = p.id), 0);
create index pictures_uploaded on pictures (uploaded_by);

alter table picture_files
    -- null once the file lies in the file store
    alter column bytes drop not null,
    add column is_crop boolean not null default false,
    drop constraint picture_files_pkey,
    add constraint picture_files_pkey primary key (picture_id, is_crop, width, format);
create index picture_files_to_move on picture_files (picture_id) where bytes is not null;

-- Files to download: documents of the office, and sound.
create table files (
    id bigint generated always as identity primary key,
    hash text not null constraint files_hash_key unique,
    name text not null constraint file_name check (char_length(name) between 1 and 150),
    folded text not null default '',
    content_type text not null,
    size bigint not null,
    uploaded_by bigint references accounts,
    created_at timestamptz not null default now()
);
create index files_uploaded on files (uploaded_by);

-- Which revision shows which picture. What no revision shows can be deleted.
create table article_pictures (
    article_id bigint not null,
    revision integer not null,
    picture_id bigint not null constraint article_pictures_picture references pictures,
    primary key (article_id, revision, picture_id),
    foreign key (article_id, revision) references article_revisions on delete cascade
);
create index article_pictures_picture on article_pictures (picture_id);
insert into article_pictures (article_id, revision, picture_id)
select r.article_id, r.revision, p.id from article_revisions r join pictures p on p.id = (r.content->>'picture')::bigint;

create table article_files (
    article_id bigint not null,
    revision integer not null,
    file_id bigint not null constraint article_files_file references files,
    primary key (article_id, revision, file_id),
    foreign key (article_id, revision) references article_revisions on delete cascade
);
create index article_files_file on article_files (file_id);

-- Which pictures and files the public sees now, and which it saw once.
create view shown_revisions as
select a.id as article_id, a.published_revision as revision, p.id is not null as is_public
from articles a left join public_articles p on p.id = a.id
where a.published_revision is not null and a.published_at <= now();

-- Cached pages show a picture's description, sizes and crops.
create trigger notify_site after update on pictures for each statement execute function notify_channel('site');
create trigger notify_desk_of_pictures after insert or update or delete on pictures
    for each statement execute function notify_channel('desk');
