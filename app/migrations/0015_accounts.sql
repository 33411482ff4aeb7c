-- Accounts that are made, changed and secured in the browser.

-- an account whose invitation was not taken up has no password
alter table accounts alter column password_hash drop not null;

alter table sessions
    add column number bigint generated always as identity constraint session_number unique,
    add column device text not null default '',
    add column seen_at timestamptz not null default now();
create index sessions_account on sessions (account_id);

-- A link that works once, for somebody else to pass on: it invites, lets set a new password, or takes a lost second factor off.
create table account_links (
    token_hash bytea primary key,
    account_id bigint not null references accounts on delete cascade,
    kind text not null constraint account_link_kind check (kind in ('invitation', 'password', 'second-factor')),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    -- a newer link takes the place of an older one
    constraint account_link_once unique (account_id)
);

-- The secret of a second factor. Until a code of it was given it is not in force.
create table second_factors (
    account_id bigint primary key references accounts on delete cascade,
    secret bytea not null constraint second_factor_secret check (octet_length(secret) = 20),
    confirmed_at timestamptz,
    -- the step of the last code: a code works once
    last_step bigint not null default 0
);
create table recovery_codes (
    account_id bigint not null references second_factors on delete cascade,
    code_hash bytea not null,
    primary key (account_id, code_hash)
);
create trigger notify_staff after insert or update or delete on second_factors for each statement execute function notify_channel('staff');
