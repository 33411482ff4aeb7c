-- Staff: accounts, sessions, links that work once, second factors.

create type staff_role as enum ('moderator', 'editor', 'administrator');
create type account_link_kind as enum ('invitation', 'password', 'second_factor');

create table accounts (
    id bigint generated always as identity primary key,
    username text not null
        constraint account_username check (username ~ '^[a-z0-9][a-z0-9._-]{1,39}$')
        constraint account_username_taken unique,
    display_name text not null
        constraint account_display_name check (char_length(display_name) between 2 and 60),
    role staff_role not null,
    -- an account whose invitation was not accepted yet has none
    password_hash text,
    email text constraint account_email check (char_length(email) between 3 and 254),
    daily_mail boolean not null default false,
    -- the day of the last daily mail, in the site's zone
    mailed_on date,
    disabled_at timestamptz,
    created_at timestamptz not null default now()
);

create table sessions (
    id_hash bytea primary key,
    number bigint generated always as identity constraint session_number unique,
    account_id bigint references accounts on delete cascade,
    data jsonb not null,
    device text not null default '',
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index sessions_expired on sessions (expires_at);
create index sessions_account on sessions (account_id);

-- A link that works once, for an administrator to pass on. A newer link of the account replaces it.
create table account_links (
    token_hash bytea primary key,
    account_id bigint not null references accounts on delete cascade constraint account_link_once unique,
    kind account_link_kind not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);

-- The secret of a second factor. It is in force once a code of it was given.
create table second_factors (
    account_id bigint primary key references accounts on delete cascade,
    secret bytea not null constraint second_factor_secret check (octet_length(secret) = 20),
    confirmed_at timestamptz,
    -- the time step of the last accepted code: each code works once
    last_step bigint not null default 0
);

create table recovery_codes (
    account_id bigint not null references second_factors on delete cascade,
    code_hash bytea not null,
    primary key (account_id, code_hash)
);

-- Somebody may no longer be signed in: open streams check again.
create trigger notify_staff after delete on sessions for each statement execute function notify_channel('staff');
create trigger notify_staff after update on accounts for each statement execute function notify_channel('staff');
create trigger notify_staff after insert or update or delete on second_factors
    for each statement execute function notify_channel('staff');
