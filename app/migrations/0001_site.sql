-- Settings, secret keys, refused forms, and the functions that every feature uses.

create table settings (
    key text primary key,
    value text not null,
    updated_at timestamptz not null default now()
);

create table secret_keys (
    purpose text not null,
    version integer not null,
    key bytea not null constraint secret_key_length check (octet_length(key) = 32),
    created_at timestamptz not null default now(),
    primary key (purpose, version)
);

-- What somebody typed into a form that was refused, kept for half an hour.
create table form_refusals (
    token_hash bytea primary key,
    visitor bytea,
    refusal jsonb not null,
    created_at timestamptz not null default now(),
    shown_at timestamptz
);
create index form_refusals_age on form_refusals (created_at);
create index form_refusals_visitor on form_refusals (visitor) where visitor is not null;

-- A random 32-byte value that stands in for a visitor who was anonymised or never existed.
create function random_hash() returns bytea language sql volatile as $$
    select sha256(convert_to(gen_random_uuid()::text, 'UTF8'))
$$;

-- A random 16-byte salt.
create function random_salt() returns bytea language sql volatile as $$
    select decode(replace(gen_random_uuid()::text, '-', ''), 'hex')
$$;

-- Text without case and diacritics, for searches; the program folds search words in the same way.
create function fold_text(given text) returns text language sql immutable strict as $$
    select lower(regexp_replace(replace(replace(normalize(given, NFD), 'đ', 'd'), 'Đ', 'd'), '[\u0300-\u036F]', '', 'g'))
$$;

-- Changes are announced by triggers, so that a change made with psql is announced too. A notification carries at most
-- an article's number; listeners read the rows again. Postgres sends equal notifications of a transaction once.
create function notify_channel() returns trigger language plpgsql as $$
begin
    perform pg_notify(tg_argv[0], '');
    return null;
end $$;

create function notify_article() returns trigger language plpgsql as $$
begin
    perform pg_notify('article', new.article_id::text);
    return null;
end $$;

create trigger notify_settings after insert or update or delete on settings
    for each statement execute function notify_channel('settings');
