-- Settings, secret keys, staff and their sessions.

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

create table accounts (
    id bigint generated always as identity primary key,
    username text not null
        constraint account_username check (username ~ '^[a-z0-9][a-z0-9._-]{1,39}$')
        constraint account_username_taken unique,
    display_name text not null
        constraint account_display_name check (char_length(display_name) between 2 and 60),
    role text not null constraint account_role check (role in ('administrator', 'editor', 'moderator')),
    password_hash text not null,
    disabled_at timestamptz,
    created_at timestamptz not null default now()
);

create table sessions (
    id_hash bytea primary key,
    account_id bigint references accounts on delete cascade,
    data jsonb not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index sessions_expired on sessions (expires_at);

-- What somebody typed into a form that was refused, kept for half an hour.
create table form_refusals (
    token_hash bytea primary key,
    visitor bytea,
    refusal jsonb not null,
    created_at timestamptz not null default now(),
    shown_at timestamptz
);
create index form_refusals_old on form_refusals (created_at);
