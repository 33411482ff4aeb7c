-- Pictures, each in several sizes and formats.

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
